import Clocks
import DequeModule
import History
import NIOCore
import SockJS

/// One SockJS session over HTTP: the machine, its application and the answers that carry its frames.
final class SessionDriver: AnswerStreamOwner {
    private let name: String
    private let boot: NodeBoot
    private let onEnd: () -> Void
    private var machine: HTTPSession
    private var application: SessionApplication
    /// An echo needs no application, which never wakes then.
    private let isEcho: Bool
    private let timer: LoopTimer
    /// Hardly ever more than one: another is refused and ends at once.
    private var streams: [AnswerStream] = []
    private var receivers: HTTPSession.ReceiverID = 0
    private var transport: SessionTransport?
    /// The answer that holds frames not yet sent.
    private var unflushed: AnswerStream?
    private var isReceiving = false
    /// Messages whose turn has not come, and what to do once those sent together are worked off.
    private var waiting: Deque<(messages: ArraySlice<SockJSMessage>, onEnd: () -> Void)> = []

    /// Whether messages that came before are still to be worked off.
    var isOccupied: Bool { !waiting.isEmpty }
    /// Storage for what the machine asks for.
    private var spareActions: [HTTPSession.Action] = []

    init(name: String, service: SockJSService, boot: NodeBoot, onEnd: @escaping () -> Void) {
        self.name = name
        self.boot = boot
        self.onEnd = onEnd
        self.machine = HTTPSession(service.options)
        self.application = SessionApplication(service.application, boot: boot)
        self.isEcho = service.application == .echo
        self.timer = LoopTimer(on: boot.eventLoop)
        timer.onFire { [self] in timerFired() }
    }

    /// A client asks for frames.
    func attach(_ stream: AnswerStream, _ encoding: ReceiverEncoding) {
        receivers += 1
        stream.begin(by: self, id: receivers)
        streams.append(stream)
        transport = transport ?? encoding.sessionTransport
        handle(.receiverAttached(receivers, encoding))
    }

    func lost(_ stream: AnswerStream) {
        streams.removeAll { $0 === stream }
        handle(.receiverAborted(stream.id))
    }

    func changed(_ stream: AnswerStream, isWritable: Bool) {
        handle(isWritable ? .receiverUnblocked(stream.id) : .receiverBlocked(stream.id))
    }

    /// A client sent messages; ignored once the session closes.
    func receive(_ messages: [SockJSMessage]) {
        isReceiving = true
        let now = MonotonicClock.now
        let time = HistoryTime(now)
        for message in messages where machine.isOpen {
            boot.recordMessage(message.bytes, session: name, at: time)
            if isEcho { handle(.send(message), at: now) } else { perform(application.receive(message, at: now)) }
        }
        isReceiving = false
        flush()
        rearm()
    }

    /// A client sent many messages, or sends more behind them: other connections have their turn in between.
    func receive(_ messages: [SockJSMessage], onEnd: @escaping () -> Void) {
        waiting.append((messages[...], onEnd))
        if waiting.count == 1 { workOff() }
    }

    private func workOff() {
        guard var next = waiting.first else { return }
        receive(Array(next.messages.prefix(WorkBudget.steps)))
        next.messages = next.messages.dropFirst(WorkBudget.steps)
        if next.messages.isEmpty {
            waiting.removeFirst()
            next.onEnd()
        } else {
            waiting[0] = next
        }
        guard isOccupied else { return }
        boot.eventLoop.assumeIsolated().scheduleTask(in: WorkBudget.rest) { [self] in workOff() }
    }

    func discard() { timer.cancel() }

    private func timerFired() {
        perform(application.timerFired(at: .now))
        handle(.timerFired)
    }

    private func perform(_ outputs: [SessionApplication.Output]) {
        for output in outputs {
            switch output {
            case .send(let message): handle(.send(message))
            case .close(let code, let reason): handle(.close(code: code, reason: reason))
            }
        }
    }

    private func handle(_ event: HTTPSession.Event) { handle(event, at: .now) }

    private func handle(_ event: HTTPSession.Event, at now: MonotonicClock.Instant) {
        // Handed back below, since what is done may lead to the next event.
        var actions = spareActions
        spareActions = []
        machine.handle(event, at: now, appendingTo: &actions)
        perform(actions)
        actions.removeAll(keepingCapacity: true)
        spareActions = actions
        if isReceiving { return }
        flush()
        rearm()
    }

    private func perform(_ actions: [HTTPSession.Action]) {
        for (index, action) in actions.enumerated() {
            switch action {
            case .write(let id, let bytes):
                // The end of the body goes out together with its last piece.
                let isLast = index + 1 < actions.count && actions[index + 1] == .finish(id)
                write(bytes, to: id, isLast: isLast)
            case .finish(let id): write([], to: id, isLast: true)
            case .opened:
                boot.recordOpened(session: name, transport: transport ?? .xhrPolling)
                perform(application.opened())
            case .closed(let code, let reason):
                boot.recordClosed(session: name, code: code, reason: reason, byClient: code == 1006)
            case .ended:
                timer.cancel()
                onEnd()
            }
        }
    }

    private func write(_ bytes: [UInt8], to id: HTTPSession.ReceiverID, isLast: Bool) {
        guard let index = streams.firstIndex(where: { $0.id == id }) else { return }
        let stream = isLast ? streams.remove(at: index) : streams[index]
        if stream !== unflushed { flush() }
        stream.write(bytes, isLast: isLast)
        unflushed = isLast ? nil : stream
    }

    /// All answers to what came together go out together.
    private func flush() {
        unflushed?.flush()
        unflushed = nil
    }

    private func rearm() {
        guard let due = machine.wakeAt else { return }
        if isEcho { return timer.wake(at: due) }
        timer.wake(at: application.wakeAt.map { min($0, due) } ?? due)
    }
}

extension ReceiverEncoding {
    /// The transport of a session that opens with it, as far as a server can tell.
    fileprivate var sessionTransport: SessionTransport {
        switch self {
        case .poll: .xhrPolling
        case .stream: .xhrStreaming
        case .eventSource: .sockJS(.eventsource)
        case .htmlFile: .sockJS(.htmlfile)
        case .jsonp: .sockJS(.jsonpPolling)
        }
    }
}
