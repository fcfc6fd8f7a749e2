public import Clocks

/// The sending half of a client session over HTTP: at most one send in flight, a pause after each, and what waits goes
/// out in one batch.
public struct SendQueue: Sendable {
    /// What to do next.
    public enum Action: Sendable, Hashable {
        /// Send these messages in one request.
        case send([SockJSMessage])
        /// The session is over.
        case end(SessionEnd)
    }

    private enum State: Sendable, Hashable {
        case ready
        case inFlight
        case pausing(until: MonotonicClock.Instant)
        case ended
    }

    private let isBlind: Bool
    private let gap: Duration
    private let byteLimit: Int
    private var state = State.ready
    private var waiting: [SockJSMessage] = []
    private var waitingBytes = 0

    /// The queue of a session on this transport.
    public init(_ transport: ClientTransport, _ options: ClientOptions) {
        // A form in an iframe tells nobody what became of it.
        isBlind = transport.sending == .jsonpSend
        gap = options.sendGap
        byteLimit = options.byteLimit
    }

    /// Whether a send is under way.
    public var isInFlight: Bool { state == .inFlight }
    /// Whether nothing waits and nothing is under way.
    public var isIdle: Bool { waiting.isEmpty && !isInFlight }

    /// When to call `wake`; nil when nothing waits for a pause to end.
    public var wakeAt: MonotonicClock.Instant? {
        if case .pausing(let until) = state, !waiting.isEmpty { return until }
        return nil
    }

    /// Takes one message. It throws when more than `byteLimit` bytes would wait.
    public mutating func enqueue(_ message: SockJSMessage, now: MonotonicClock.Instant) throws(SendQueueFull)
        -> Action?
    {
        guard state != .ended else { return nil }
        guard waitingBytes + message.bytes.count <= byteLimit else { throw SendQueueFull(byteLimit: byteLimit) }
        waiting.append(message)
        waitingBytes += message.bytes.count
        return next(now)
    }

    /// The send in flight was answered with this status.
    public mutating func answered(status: Int, now: MonotonicClock.Instant) -> Action? {
        guard state == .inFlight else { return nil }
        if isBlind || status == 200 || status == 204 { return pause(now) }
        return end("http status \(status)")
    }

    /// The send in flight got no answer.
    public mutating func failed(_ detail: String, now: MonotonicClock.Instant) -> Action? {
        guard state == .inFlight else { return nil }
        return isBlind ? pause(now) : end(detail)
    }

    /// Time has passed.
    public mutating func wake(now: MonotonicClock.Instant) -> Action? { next(now) }

    /// Sends no more.
    public mutating func close() {
        state = .ended
        waiting = []
        waitingBytes = 0
    }

    private mutating func pause(_ now: MonotonicClock.Instant) -> Action? {
        state = .pausing(until: now + gap)
        return next(now)
    }

    private mutating func next(_ now: MonotonicClock.Instant) -> Action? {
        if case .pausing(let until) = state, until <= now { state = .ready }
        guard state == .ready, !waiting.isEmpty else { return nil }
        state = .inFlight
        defer {
            waiting = []
            waitingBytes = 0
        }
        return .send(waiting)
    }

    private mutating func end(_ detail: String) -> Action {
        close()
        return .end(SessionEnd(code: 1006, reason: "Sending error: Error: \(detail)"))
    }
}

/// More waits to be sent than a client keeps.
public struct SendQueueFull: Error, Hashable, CustomStringConvertible {
    /// Most bytes that may wait.
    public var byteLimit: Int
    /// In words, for people.
    public var description: String {
        "more than \(byteLimit) bytes wait to be sent; wait for answers before sending more"
    }
}
