public import NIOCore

/// What to do with the transport, as ``WebSocketConnection/nextAction()`` tells it.
public enum WebSocketAction: Sendable, Equatable {
    /// Write these bytes.
    case write(ByteBuffer)
    /// Once all is written, end the sending direction alone (`shutdown` with `SHUT_WR`), read on, and hand what comes to
    /// ``WebSocketConnection/receive(_:)``, its end to ``WebSocketConnection/receiveEOF()`` (RFC 6455 §7.1.1).
    ///
    /// A transport closed with input unread is reset, which can cost the peer the Close frame that tells it why.
    case linger
    /// Close the transport, whether all is written or not.
    case close
}
