import Clocks
import SockJS

extension SockJSFuzzTarget {
    /// Pieces between NULs are events, chosen by their first byte. The control byte chooses what takes them.
    static func clients(_ bytes: [UInt8], control: UInt8) {
        let pieces = bytes.split(separator: 0, omittingEmptySubsequences: false).prefix(64)
        let transport = ClientTransport.allCases.filter { $0 != .websocket }[Int(control >> 2) % 8]
        switch control & 3 {
        case 0: body(bytes, of: transport.receiving)
        case 1: connecting(pieces, from: [.sameOrigin, .crossOrigin, .opaqueOrigin][Int(control >> 2) % 3])
        case 2:
            var session = ClientSessionFuzz(transport)
            for piece in pieces { session.take(piece) }
        default:
            let page: ClientPage = [.sameOrigin, .crossOrigin, .opaqueOrigin][Int(control >> 3) % 3]
            var session = WholeSessionFuzz(control & 4 == 0 ? .continuous : .onDemand, page)
            for piece in pieces { session.take(piece) }
        }
    }

    /// A body is read alike however it is cut, up to where it makes no sense.
    private static func body(_ bytes: [UInt8], of transport: Transport) {
        var expected: (items: [ResponseDecoder.Item], failed: Bool)?
        for size in [max(1, bytes.count), 1, 7] {
            var decoder = ResponseDecoder(transport, callback: "c")
            var items: [ResponseDecoder.Item] = []
            do {
                for start in stride(from: 0, to: bytes.count, by: size) {
                    try decoder.receive(bytes[start..<min(start + size, bytes.count)], into: &items)
                }
                try decoder.finish(into: &items)
            } catch {
                precondition(decoder.hasFailed)
            }
            let (first, failed) = expected ?? (items, decoder.hasFailed)
            precondition(items == first && decoder.hasFailed == failed, "what is cut otherwise is read otherwise")
            expected = (first, failed)
        }
    }

    /// `!` ends the attempt by itself, `c` by the server, `o` opens it in time, `?` lets the time come that it waits for;
    /// anything else answers `/info`.
    private static func connecting(_ pieces: some Sequence<ArraySlice<UInt8>>, from page: ClientPage) {
        var options = ClientOptions.sockJS
        options.page = page
        options.connectLimit = .seconds(10)
        var machine = ConnectMachine(options, generator: ConstantGenerator())
        var now = MonotonicClock.now
        var rungs = options.ladder[...]
        var isDone = false

        func perform(_ actions: [ConnectMachine.Action]) {
            for action in actions {
                precondition(!isDone, "a way that has ended goes on")
                switch action {
                case .requestInfo, .abortInfo, .abortAttempt: break
                case .attempt(let attempt):
                    guard let rung = rungs.firstIndex(of: attempt.transport) else {
                        preconditionFailure("a transport is tried again, or out of turn")
                    }
                    rungs = rungs[(rung + 1)...]
                    precondition(attempt.baseURL?.isEmpty != true)
                case .fail: isDone = true
                }
            }
            precondition(!isDone || machine.wakeAt == nil, "who has ended waits for nothing")
        }

        perform(machine.start(now: now))
        for piece in pieces {
            switch piece.first {
            case UInt8(ascii: "!"):
                perform(machine.attemptClosed(SessionEnd(code: 1006, reason: "lost"), now: now))
            case UInt8(ascii: "c"):
                let end = SessionEnd(code: 3000, reason: "Go away!", isByServer: true)
                perform(machine.attemptClosed(end, now: now))
            case UInt8(ascii: "o"):
                if machine.opened(now: now) { isDone = true }
                perform([])
            case UInt8(ascii: "?"):
                guard let wakeAt = machine.wakeAt else { continue }
                now = max(now, wakeAt)
                let actions = machine.wake(now: now)
                precondition(!actions.isEmpty, "a time came for nothing")
                perform(actions)
            default:
                now += .milliseconds(piece.count)
                let body = String(decoding: piece, as: UTF8.self)
                perform(machine.infoAnswered(status: piece.isEmpty ? 404 : 200, body: body, now: now))
            }
        }
    }
}

private struct ConstantGenerator: RandomNumberGenerator {
    func next() -> UInt64 { 7 }
}

/// Both halves of a client session over HTTP, and what must hold of their requests.
///
/// `!` answers the receive request, `.` ends the answer, `#` loses it, `~` cuts it, `?` lets the time come that the halves
/// wait for, `+` sends, `=` answers the send, `-` loses it, `^` closes; anything else is more of the answer's body.
private struct ClientSessionFuzz {
    private static let byteLimit = 64

    private var receiver: ReceiveMachine
    private var sender: SendQueue
    private var now = MonotonicClock.now
    private var (opened, ended, waiting) = (0, 0, 0)
    private var isSending = false

    init(_ transport: ClientTransport) {
        var options = ClientOptions.sockJS
        options.byteLimit = Self.byteLimit
        receiver = ReceiveMachine(transport, options)
        sender = SendQueue(transport, options)
        perform(receiver.start(now: now))
    }

    mutating func take(_ piece: ArraySlice<UInt8>) {
        let rest = piece.dropFirst()
        switch piece.first {
        case UInt8(ascii: "!"):
            perform(receiver.responded(status: rest.isEmpty ? 200 : 404, callback: "c", now: now))
        case UInt8(ascii: "."): perform(receiver.ended(now: now))
        case UInt8(ascii: "#"): perform(receiver.broke("lost", now: now))
        case UInt8(ascii: "~"): perform(receiver.abortRequest(now: now))
        case UInt8(ascii: "?"): passTime()
        case UInt8(ascii: "+"): send(SockJSMessage(decoding: rest))
        case UInt8(ascii: "="): answerSend { $0.answered(status: rest.isEmpty ? 204 : 404, now: $1) }
        case UInt8(ascii: "-"): answerSend { $0.failed("lost", now: $1) }
        case UInt8(ascii: "^"): perform(receiver.close(.normal))
        default: perform(receiver.received(piece, now: now))
        }
    }

    private mutating func passTime() {
        guard let wakeAt = [receiver.wakeAt, sender.wakeAt].compactMap(\.self).min() else { return }
        now = wakeAt
        perform(receiver.wake(now: now))
        perform(sender.wake(now: now))
        let next = [receiver.wakeAt, sender.wakeAt].compactMap(\.self).min()
        precondition(next.map { $0 > now } ?? true, "time stands still")
    }

    private mutating func send(_ message: SockJSMessage) {
        do throws(SendQueueFull) {
            let action = try sender.enqueue(message, now: now)
            if ended == 0 { waiting += 1 }
            perform(action)
        } catch {
            precondition(waiting > 0 || message.bytes.count > Self.byteLimit, "a queue is full of nothing")
        }
    }

    private mutating func answerSend(
        _ event: (inout SendQueue, MonotonicClock.Instant) -> SendQueue.Action?
    ) {
        let wasSending = isSending
        isSending = false
        let action = event(&sender, now)
        precondition(wasSending || action == nil, "an answer came that nobody waits for")
        perform(action)
    }

    private mutating func perform(_ action: SendQueue.Action?) {
        switch action {
        case nil: break
        case .send(let messages):
            precondition(!isSending, "two sends at once")
            precondition(!messages.isEmpty && messages.count == waiting, "a message is lost or sent twice")
            (isSending, waiting) = (true, 0)
        case .end(let end):
            waiting = 0
            perform(receiver.close(end))
        }
    }

    private mutating func perform(_ actions: [ReceiveMachine.Action]) {
        var requests = 0
        for action in actions {
            precondition(ended == 0, "an ended session does nothing more")
            switch action {
            case .request: requests += 1
            case .open: opened += 1
            case .end: ended += 1
            case .abort, .prelude, .heartbeat, .messages, .malformed: break
            }
        }
        precondition(requests <= 1 && opened <= 1)
        precondition(requests == 0 || receiver.isInFlight)
        precondition(receiver.isEnded == (ended == 1))
        if ended == 1 {
            sender.close()
            waiting = 0
            precondition(!receiver.isInFlight && receiver.wakeAt == nil && sender.wakeAt == nil)
        }
    }
}
