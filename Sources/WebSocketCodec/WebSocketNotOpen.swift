/// Why a message or a ping was not queued: the connection is not open. What was to be sent is dropped, and every later
/// message will be too.
public struct WebSocketNotOpen: Error, Hashable, Sendable {
    /// What has ended the sending. The raw value is a stable name for reports.
    public enum Cause: String, Sendable, Hashable, CaseIterable {
        /// This end has sent its Close frame, after which it sends no data (RFC 6455 §5.5.1).
        case closing = "close-sent"
        /// The peer's Close frame has come, and this end has answered it (§5.5.1).
        case closed = "close-received"
        /// The peer broke a rule, and the connection was failed (§7.1.7).
        case failed = "failed"
        /// The transport has ended (§7.1.4).
        case ended = "transport-ended"
        /// The peer was given up: see ``WebSocketConnection/timeout``.
        case timedOut = "timed-out"
    }

    /// What has ended the sending.
    public let cause: Cause

    /// A refusal for this reason.
    public init(_ cause: Cause) { self.cause = cause }
}

extension WebSocketNotOpen: CustomStringConvertible {
    /// One line: that nothing was sent, and why.
    public var description: String { "not sent: expected an open connection, but \(reason) (\(cause.rawValue))" }

    private var reason: String {
        switch cause {
        case .closing: "this end has sent its Close frame"
        case .closed: "the peer's Close frame has come"
        case .failed: "it failed over what the peer sent"
        case .ended: "its transport has ended"
        case .timedOut: "the peer was given up"
        }
    }
}
