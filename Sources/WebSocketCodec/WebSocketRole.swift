/// The side of a WebSocket connection this end plays (RFC 6455 §1.2).
///
/// The role decides who masks (the client), who must not (the server), and who closes TCP first (the server, §7.1.1).
public enum WebSocketRole: Sendable, Hashable {
    /// The end that sent the opening handshake; its frames are masked.
    case client
    /// The end that answered it; its frames are never masked.
    case server

    /// The other side.
    public var peer: WebSocketRole {
        switch self {
        case .client: .server
        case .server: .client
        }
    }
}
