public import NIOCore

/// What came from the peer, in order.
public enum WebSocketEvent: Sendable, Equatable {
    /// A whole text message, valid UTF-8.
    case text(ByteBuffer)
    /// A whole binary message.
    case binary(ByteBuffer)
    /// A stretch of a message, in place of the two above, where ``WebSocketDelivery/pieces(ofAtMost:)`` was asked for.
    case piece(WebSocketPiece)
    /// A ping with its payload; the pong is already queued as output.
    case ping(ByteBuffer)
    /// A pong, asked for or not.
    case pong(ByteBuffer)
    /// The peer's Close frame, nil for an empty payload; the echo is already queued if this end had not closed.
    case closeReceived(CloseStatus?)
    /// The peer broke a rule; a Close frame with the rule's code is already queued (if none was sent before).
    case failed(WebSocketViolation)
    /// The transport ended: 1006 if no Close frame had come, else the peer's status (1005 if it had no code).
    case ended(CloseStatus)
}
