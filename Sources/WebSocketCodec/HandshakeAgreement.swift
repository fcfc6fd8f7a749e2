/// What both ends have agreed on in the opening handshake.
public struct HandshakeAgreement: Hashable, Sendable {
    /// The subprotocol the server chose, nil for none.
    public var subprotocol: String?
    /// The parameters of permessage-deflate, nil if it was not agreed.
    public var deflate: DeflateParameters?
}
