/// Server side of a session whose client polls.
///
/// ```
/// fresh ──first receiver, `o`──▶ open ──close──▶ closing ──no receiver for disconnectDelay──▶ ended
///                                 └── receiver aborted, or none for disconnectDelay ──────────▶ ended
/// ```
/// Execute the actions in order, then call `handle(.timerFired, …)` at `wakeAt`. An ended session does nothing more.
public struct PollingSession: Sendable {
    /// A poll that waits for its answer; the driver chooses the numbers, each used once.
    public typealias ReceiverID = UInt64

    /// What can happen to a session.
    public enum Event: Sendable {
        /// A client asks for a frame.
        case receiverAttached(ReceiverID)
        /// The connection of an unanswered poll was lost.
        case receiverAborted(ReceiverID)
        /// The application sends a message.
        case send(String)
        /// The application closes the session.
        case close(code: Int, reason: String)
        /// The time `wakeAt` has come.
        case timerFired
    }

    /// What the driver must do.
    public enum Action: Sendable, Hashable {
        /// Answer this poll with this one frame.
        case respond(ReceiverID, SockJSFrame)
        /// The session is open: tell the application.
        case opened
        /// The session can carry no more messages: tell the application.
        case closed(code: Int, reason: String)
        /// Forget the session; the next request for its name opens another.
        case ended
    }

    private enum State: Sendable {
        case fresh
        case open
        case closing(SockJSFrame)
        case ended
    }

    /// When `timerFired` is due; nil for never.
    public private(set) var wakeAt: ContinuousClock.Instant?

    private let timing: ServerTiming
    private let queueLimit: Int
    private var state = State.fresh
    private var receiver: ReceiverID?
    private var queue: [String] = []
    private var queuedBytes = 0

    /// A session that nobody polled yet; one whose unsent messages exceed `queueLimit` bytes is closed with 1011.
    public init(timing: ServerTiming, queueLimit: Int = 1 << 24) {
        self.timing = timing
        self.queueLimit = queueLimit
    }

    /// Whether messages of the client reach the application.
    public var isOpen: Bool { if case .open = state { true } else { false } }

    /// Takes one event; `now` must not go backwards.
    public mutating func handle(_ event: Event, at now: ContinuousClock.Instant) -> [Action] {
        switch (event, state) {
        case (_, .ended): []
        case (.receiverAttached(let id), _): attach(id, at: now)
        case (.receiverAborted(let id), _): receiver == id ? end(code: 1006, reason: "Connection interrupted") : []
        case (.send(let message), .open): enqueue(message, at: now)
        case (.send, _): []
        case (.close(let code, let reason), .open), (.close(let code, let reason), .fresh):
            close(code: code, reason: reason, at: now)
        case (.close, .closing): []
        case (.timerFired, _): fire(at: now)
        }
    }

    private mutating func attach(_ id: ReceiverID, at now: ContinuousClock.Instant) -> [Action] {
        if receiver != nil { return [.respond(id, .anotherConnectionStillOpen)] }
        switch state {
        case .fresh:
            state = .open
            wakeAt = now + timing.disconnectDelay
            return [.respond(id, .open), .opened]
        case .open:
            receiver = id
            wakeAt = now + timing.heartbeatDelay
            return flush(at: now)
        case .closing(let frame):
            wakeAt = now + timing.disconnectDelay
            return [.respond(id, frame)]
        case .ended: return []
        }
    }

    private mutating func enqueue(_ message: String, at now: ContinuousClock.Instant) -> [Action] {
        guard queuedBytes + message.utf8.count <= queueLimit else {
            queue = []
            return close(code: 1011, reason: "Send queue full", at: now)
        }
        queue.append(message)
        queuedBytes += message.utf8.count
        return flush(at: now)
    }

    private mutating func flush(at now: ContinuousClock.Instant) -> [Action] {
        guard !queue.isEmpty, receiver != nil else { return [] }
        defer {
            queue = []
            queuedBytes = 0
        }
        return answer(.messages(queue), at: now)
    }

    private mutating func answer(_ frame: SockJSFrame, at now: ContinuousClock.Instant) -> [Action] {
        guard let id = receiver else { return [] }
        receiver = nil
        wakeAt = now + timing.disconnectDelay
        return [.respond(id, frame)]
    }

    private mutating func close(code: Int, reason: String, at now: ContinuousClock.Instant) -> [Action] {
        let frame = SockJSFrame.close(code: code, reason: reason)
        state = .closing(frame)
        if wakeAt == nil { wakeAt = now + timing.disconnectDelay }
        return answer(frame, at: now) + [.closed(code: code, reason: reason)]
    }

    private mutating func fire(at now: ContinuousClock.Instant) -> [Action] {
        guard let due = wakeAt, now >= due else { return [] }
        return receiver == nil ? end(code: 1002, reason: "Connection timed out") : answer(.heartbeat, at: now)
    }

    private mutating func end(code: Int, reason: String) -> [Action] {
        let wasOpen = isOpen
        state = .ended
        receiver = nil
        wakeAt = nil
        queue = []
        return wasOpen ? [.closed(code: code, reason: reason), .ended] : [.ended]
    }
}
