public import Clocks

/// Server side of a session whose client receives by HTTP, whatever the transport.
///
/// ```
/// fresh ──first receiver, `o`──▶ open ──close──▶ closing ──no receiver for disconnectDelay──▶ ended
///                                 └── receiver aborted, or none for disconnectDelay ──────────▶ ended
/// ```
/// Execute the actions in order, then call `handle(.timerFired, …)` at `wakeAt`. An ended session does nothing more.
public struct HTTPSession: Sendable {
    /// An answer that carries frames; the driver chooses the numbers, each used once.
    public typealias ReceiverID = UInt64

    /// What can happen to a session.
    public enum Event: Sendable {
        /// A client asks for frames; the head of the answer is out.
        case receiverAttached(ReceiverID, ReceiverEncoding)
        /// The connection of an unfinished answer was lost.
        case receiverAborted(ReceiverID)
        /// The connection of an unfinished answer takes no more bytes for now.
        case receiverBlocked(ReceiverID)
        /// It takes bytes again.
        case receiverUnblocked(ReceiverID)
        /// The application sends a message.
        case send(SockJSMessage)
        /// The application closes the session.
        case close(code: Int, reason: String)
        /// The time `wakeAt` has come.
        case timerFired
    }

    /// What the driver must do.
    public enum Action: Sendable, Hashable {
        /// Write these bytes to the answer, in a piece of their own.
        case write(ReceiverID, [UInt8])
        /// The answer is complete.
        case finish(ReceiverID)
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

    private struct Receiver: Sendable {
        let id: ReceiverID
        let encoding: ReceiverEncoding
        var written = 0
        var isBlocked = false
    }

    /// When `timerFired` is due; nil for never.
    public private(set) var wakeAt: MonotonicClock.Instant?

    private let options: ServerOptions
    private var state = State.fresh
    private var receiver: Receiver?
    private var queue: [SockJSMessage] = []
    private var queuedBytes = 0
    private var actions: [Action] = []

    /// A session that nobody asked for frames yet.
    public init(_ options: ServerOptions) { self.options = options }

    /// Whether messages of the client reach the application.
    public var isOpen: Bool { if case .open = state { true } else { false } }

    /// Takes one event; `now` must not go backwards.
    public mutating func handle(_ event: Event, at now: MonotonicClock.Instant) -> [Action] {
        var actions: [Action] = []
        handle(event, at: now, appendingTo: &actions)
        return actions
    }

    /// As ``handle(_:at:)``, for drivers that use the storage of the actions again.
    public mutating func handle(_ event: Event, at now: MonotonicClock.Instant, appendingTo actions: inout [Action]) {
        if case .ended = state { return }
        swap(&self.actions, &actions)
        defer { swap(&self.actions, &actions) }
        switch event {
        case .receiverAttached(let id, let encoding): attach(Receiver(id: id, encoding: encoding), at: now)
        case .receiverAborted(let id): if receiver?.id == id { end(code: 1006, reason: "Connection interrupted") }
        case .receiverBlocked(let id): if receiver?.id == id { receiver?.isBlocked = true }
        case .receiverUnblocked(let id):
            if receiver?.id == id {
                receiver?.isBlocked = false
                flush(at: now)
            }
        case .send(let message): if isOpen { enqueue(message, at: now) }
        case .close(let code, let reason): if isOpen { close(code: code, reason: reason, at: now) }
        case .timerFired: fire(at: now)
        }
    }

    private mutating func attach(_ candidate: Receiver, at now: MonotonicClock.Instant) {
        let prelude = candidate.encoding.prelude
        if !prelude.isEmpty { actions.append(.write(candidate.id, prelude)) }
        if receiver != nil {
            actions.append(.write(candidate.id, candidate.encoding.encoded(.anotherConnectionStillOpen)))
            actions.append(.finish(candidate.id))
            return
        }
        receiver = candidate
        wakeAt = now + options.timing.heartbeatDelay
        switch state {
        case .fresh:
            state = .open
            write(.open, at: now)
            actions.append(.opened)
        case .open: flush(at: now)
        case .closing(let frame):
            flush(at: now)
            write(frame, at: now)
            detach(at: now)
        case .ended: break
        }
    }

    private mutating func enqueue(_ message: SockJSMessage, at now: MonotonicClock.Instant) {
        guard queuedBytes + message.bytes.count <= options.queueLimit else {
            queue = []
            queuedBytes = 0
            return close(code: 1011, reason: "Send queue full", at: now)
        }
        queue.append(message)
        queuedBytes += message.bytes.count
        flush(at: now)
    }

    private mutating func flush(at now: MonotonicClock.Instant) {
        guard !queue.isEmpty, let receiver, !receiver.isBlocked else { return }
        write(.messages(queue), at: now)
        queue = []
        queuedBytes = 0
    }

    /// Writes a frame, and ends the answer once it is long enough.
    private mutating func write(_ frame: SockJSFrame, at now: MonotonicClock.Instant) {
        guard let current = receiver else { return }
        let bytes = current.encoding.encoded(frame)
        actions.append(.write(current.id, bytes))
        let written = current.written + Self.utf16Count(of: bytes)
        receiver?.written = written
        if current.encoding.carriesOneFrame || written >= options.responseLimit { detach(at: now) }
    }

    private mutating func detach(at now: MonotonicClock.Instant) {
        guard let current = receiver else { return }
        receiver = nil
        wakeAt = now + options.timing.disconnectDelay
        actions.append(.finish(current.id))
    }

    private mutating func close(code: Int, reason: String, at now: MonotonicClock.Instant) {
        let frame = SockJSFrame.close(code: code, reason: reason)
        state = .closing(frame)
        // A blocked receiver gets what waits, and no more comes after it.
        receiver?.isBlocked = false
        flush(at: now)
        write(frame, at: now)
        detach(at: now)
        actions.append(.closed(code: code, reason: reason))
    }

    private mutating func fire(at now: MonotonicClock.Instant) {
        guard let due = wakeAt, now >= due else { return }
        guard let receiver else { return end(code: 1002, reason: "Connection timed out") }
        // Counted from the receiver's start, whatever was sent meanwhile.
        wakeAt = now + options.timing.heartbeatDelay
        if !receiver.isBlocked { write(.heartbeat, at: now) }
    }

    private mutating func end(code: Int, reason: String) {
        if isOpen { actions.append(.closed(code: code, reason: reason)) }
        state = .ended
        receiver = nil
        wakeAt = nil
        queue = []
        queuedBytes = 0
        actions.append(.ended)
    }

    private static func utf16Count(of utf8: [UInt8]) -> Int {
        utf8.withUnsafeBytes { bytes in
            var count = 0
            var offset = 0
            while offset < bytes.count {
                // Eight bytes of ASCII at a time, which is nearly all there is.
                if bytes.count - offset >= 8,
                    bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
                {
                    count += 8
                    offset += 8
                    continue
                }
                count += bytes[offset] & 0xC0 == 0x80 ? 0 : bytes[offset] >= 0xF0 ? 2 : 1
                offset += 1
            }
            return count
        }
    }
}
