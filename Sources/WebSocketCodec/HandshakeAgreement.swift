/// What one end has agreed on with its peer in the opening handshake (RFC 6455 §4): all that a ``WebSocketConnection``
/// must know of it.
///
/// The handshakes make it. Write one yourself only where the handshake was another's; with permessage-deflate left out
/// that was agreed, the first compressed message breaks ``WebSocketRule/reservedBits``.
public struct HandshakeAgreement: Hashable, Sendable {
    /// The side this end plays.
    public var role: WebSocketRole
    /// The subprotocol the server chose, nil for none.
    public var subprotocol: String?
    /// The parameters of permessage-deflate, nil if it was not agreed (RFC 7692 §7.1).
    public var deflate: DeflateParameters?

    /// What the end in `role` has agreed on; by default neither a subprotocol nor an extension.
    public init(role: WebSocketRole, subprotocol: String? = nil, deflate: DeflateParameters? = nil) {
        self.role = role
        self.subprotocol = subprotocol
        self.deflate = deflate
    }
}
