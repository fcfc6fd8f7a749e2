import Clocks
import History
import NIOCore
import SockJS
import WebSocketCodec
import Wire

/// A session of a case on its client's event loop, and for that loop alone: it records what its link asks and tells, with
/// the instant at which the bytes came, and tells its listener what becomes of it.
final class SessionDriver {
    enum Phase {
        case opening
        case open
        case over
    }

    /// Longest that connecting may take where nothing else limits it.
    private static let connectLimit = Duration.seconds(60)
    /// Most heartbeats that are recorded of one session; a server that sends more floods it.
    static let heartbeatLimit = 100_000

    let client: VirtualClient
    let book: SessionBook
    let plan: SessionPlan
    var log: ExchangeLog
    var phase = Phase.opening
    var attempt = AttemptTrace()
    /// Who is told what becomes of it; nil once nothing more is.
    private(set) var listener: (any SessionListener)?
    /// How it ended, if it was open.
    private(set) var ending: CarrierError?
    /// What happened to the session by an answer that is not recorded yet.
    var held: [SockJSClientSession.Event] = []
    /// The request whose answer is being told.
    var reading: Int?
    /// Requests that go over connections of a ``ConnectionSlot``.
    var slotRequests: [Int: RequestCutter] = [:]
    /// Whether requests are given up at the moment because their time is over.
    private(set) var isOutOfTime = false
    var sending: Sending
    private(set) var demand: Demand?
    private(set) var link: (any ClientLink)?
    private var senders: [EventLoopPromise<CarrierError?>] = []
    private let alarm: LoopAlarm
    private var heartbeats = 0
    /// Whether no task holds the session any more: what is under way goes on, nothing new begins, nothing is recorded.
    private(set) var isAbandoned = false
    /// Set while its link may tell it something.
    private var itself: SessionDriver?

    init(_ plan: SessionPlan, book: SessionBook, listener: any SessionListener) {
        self.plan = plan
        self.book = book
        self.listener = listener
        client = book.client
        alarm = LoopAlarm(loop: book.client.loop)
        log = ExchangeLog(client: book.client, session: book.session)
        sending = Sending(connection: plan.connection, limit: .seconds(10))
    }

    var loop: any EventLoop { client.loop }
    var sockJS: SockJSLink? { link as? SockJSLink }

    // MARK: What tasks want

    func start(at now: MonotonicClock.Instant) {
        let line = LinkLine(
            loop: loop, factory: client.factory(within: Self.connectLimit),
            webSocketFactory: client.factory(within: Self.connectLimit, forUpgrade: true), reuse: .none,
            deflateOffers: [DeflateOffer()], encoding: client.profile.acceptsGzip ? .gzip : .asItIs)
        itself = self
        switch plan.way {
        case .ladder: sockJSLink(line).start(at: now)
        case .transport(let transport, let path, let limit):
            sockJSLink(line).start(on: transport, at: path, within: limit, now: now)
        case .webSocket(let target, let limit): sockJSLink(line).start(webSocketAt: target, within: limit, now: now)
        case .rawWebSocket(let target, let limit):
            let link = RawWebSocketLink(line, from: client.source, target: target, limit: limit, owner: self)
            self.link = link
            link.start(at: now)
        }
    }

    private func sockJSLink(_ line: LinkLine) -> SockJSLink {
        let configuration = SockJSClientSession.Configuration(
            options: plan.options, service: plan.service, host: client.target.host, pace: plan.pace)
        let link = SockJSLink(
            line, from: client.source,
            session: SockJSClientSession(configuration, names: client.drawGenerator(), marks: client.branchMarks()),
            owner: self)
        self.link = link
        return link
    }

    /// Sends a message. The future tells why it was not taken, as soon as that is known: at once, or on demand when its
    /// request has been answered.
    func send(_ message: SockJSMessage, _ sending: Sending, at now: MonotonicClock.Instant)
        -> EventLoopFuture<CarrierError?>
    {
        guard phase == .open else { return loop.makeSucceededFuture(ending) }
        book.recordSent(message, at: now)
        self.sending = sending
        do throws(SendQueueFull) {
            try put(message, now)
        } catch {
            let end = end(SessionEnd(code: 1006, reason: "\(error)"), .client, at: now)
            link?.close()
            settle()
            return loop.makeSucceededFuture(end)
        }
        settle()
        guard plan.pace == .onDemand, let sockJS, !sockJS.isSendIdle else { return loop.makeSucceededFuture(ending) }
        let promise = loop.makePromise(of: CarrierError?.self)
        senders.append(promise)
        return promise.futureResult
    }

    private func put(_ message: SockJSMessage, _ now: MonotonicClock.Instant) throws(SendQueueFull) {
        if let sockJS { return try sockJS.send(message, at: now) }
        guard let link else { return }
        var text = message.string
        // Typed throws don't pass through `withUTF8`.
        let result = text.withUTF8 { bytes in
            Result { () throws(SendQueueFull) in try link.send(UnsafeRawBufferPointer(bytes), at: now) }
        }
        try result.get()
    }

    /// Breaks off what is being sent, since whoever waits for it is let go.
    func breakSend(at now: MonotonicClock.Instant) {
        for number in log.numbers(where: \.request.isSend) { link?.breakOff(number, .cancelled, at: now) }
    }

    /// Makes receive requests until a message comes, where they are made on demand.
    func demand(_ demand: Demand, at now: MonotonicClock.Instant) {
        guard phase == .open else { return }
        self.demand = demand
        sockJS?.demand(at: now)
        settle()
    }

    /// Nobody waits for a message any more: the request for one is cut, and a stream goes on.
    func undemand(at now: MonotonicClock.Instant) {
        guard demand != nil else { return }
        demand = nil
        guard phase == .open, !log.numbers(where: { $0.request.isReceive && !$0.isStream }).isEmpty else { return }
        outOfTime { sockJS?.abortReceive(at: now) }
    }

    func abortReceive(at now: MonotonicClock.Instant) {
        guard phase == .open else { return }
        sockJS?.abortReceive(at: now)
    }

    /// Ends the session from the client's side; the future tells when its WebSocket is closed.
    func close(at now: MonotonicClock.Instant) -> EventLoopFuture<Void>? {
        guard phase != .over else { return nil }
        let closed = link?.webSocketClosed
        end(.normal, .client, at: now)
        link?.close()
        settle()
        return closed
    }

    /// Cuts all its connections; the future tells when its WebSocket is closed.
    func cut(at now: MonotonicClock.Instant) -> EventLoopFuture<Void>? {
        guard phase != .over else { return nil }
        let closed = link?.webSocketClosed
        end(SessionEnd(code: 1006, reason: "cut by the client"), .client, at: now)
        link?.cut()
        settle()
        return closed
    }

    /// No task holds it any more.
    func abandon() {
        guard phase != .over else { return }
        isAbandoned = true
        stopIfAbandoned()
    }

    /// Ends an abandoned session over HTTP when nothing of it is under way.
    func stopIfAbandoned() {
        guard isAbandoned, phase != .over, link?.webSocketClosed == nil, log.isEmpty, slotRequests.isEmpty else {
            return
        }
        phase = .over
        link?.close()
        settle()
    }

    // MARK: What happened

    /// The session is open.
    func tell(_ opening: SessionOpening, at now: MonotonicClock.Instant) {
        phase = .open
        listener?.session(self, opened: opening, at: now)
    }

    /// The session did not open.
    func tell(_ failure: OpenFailure, at now: MonotonicClock.Instant) {
        phase = .over
        let listener = listener
        self.listener = nil
        listener?.session(self, failed: failure, at: now)
    }

    /// The session is over, or will never come about; says so once.
    @discardableResult
    func end(_ end: SessionEnd, _ cause: EndCause, at now: MonotonicClock.Instant) -> CarrierError? {
        demand = nil
        switch phase {
        case .opening: tell(OpenFailure(end.reason, end: end), at: now)
        case .open:
            phase = .over
            let error = CarrierError.closed(code: end.code, reason: end.reason)
            ending = error
            if !isAbandoned { book.recordClosed(end, cause: cause, at: now) }
            let listener = listener
            self.listener = nil
            listener?.session(self, ended: error, at: now)
        case .over: break
        }
        return ending
    }

    /// Ends it because of what the peer does, with all that is under way.
    func giveUp(on error: WireError, at now: MonotonicClock.Instant) {
        guard phase != .over else { return }
        end(SessionEnd(code: 1006, reason: "\(error)"), .peer, at: now)
        link?.cut()
        settle()
    }

    func deliver(_ messages: [SockJSMessage], at now: MonotonicClock.Instant) {
        demand = nil
        for message in messages {
            // Whoever is told may end the session.
            guard phase == .open else { return }
            book.recordReceived(message, at: now)
            if let error = listener?.session(self, received: message, at: now) { giveUp(on: error, at: now) }
        }
    }

    func heard(_ requestID: String?, at now: MonotonicClock.Instant) {
        heartbeats += 1
        guard heartbeats <= Self.heartbeatLimit else {
            return giveUp(on: .tooMuch("more than \(Self.heartbeatLimit) heartbeats"), at: now)
        }
        book.recordFrame(.heartbeat, bytes: 1, requestID: requestID, at: now)
    }

    /// Lets requests that are given up be recorded as those whose time was over.
    private func outOfTime(_ act: () -> Void) {
        isOutOfTime = true
        act()
        isOutOfTime = false
    }

    // MARK: Time

    /// Does what follows from all that was told.
    func settle() {
        if phase == .over || sockJS?.isSendIdle != false {
            let done = senders
            senders = []
            for sender in done { sender.succeed(ending) }
        }
        if phase == .over, log.isEmpty, slotRequests.isEmpty, itself != nil {
            // Its link may be in the middle of telling it this.
            loop.assumeIsolated().execute { self.itself = nil }
        }
        rearm()
    }

    private func rearm() {
        let due = [phase == .over ? nil : link?.wakeAt, log.deadline].compactMap(\.self).min()
        alarm.set(at: due) { [weak self] now in self?.fire(now) }
    }

    private func fire(_ now: MonotonicClock.Instant) {
        outOfTime {
            for number in log.numbers(where: { $0.deadline.map { $0 <= now } ?? false }) {
                link?.breakOff(number, log.timeOut(of: number), at: now)
            }
            if phase != .over, let link, let wakeAt = link.wakeAt, wakeAt <= now { link.wake(at: now) }
        }
        settle()
    }
}

extension SessionDriver: LoopSession {
    func send(_ text: String, at now: MonotonicClock.Instant) {
        // How it ends is told anyway.
        _ = send(SockJSMessage(text), sending, at: now)
    }
}
