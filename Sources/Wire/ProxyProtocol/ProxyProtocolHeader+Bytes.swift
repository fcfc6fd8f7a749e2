package import NIOCore

extension ProxyProtocolHeader {
    /// The header as it is sent, in one piece and before everything else: 107 bytes at most. Addresses that are names,
    /// or of two families, can't be told; ``unknown`` takes their place.
    package func bytes(_ version: ProxyProtocolVersion) -> ByteBuffer {
        switch version {
        case .v1: ByteBuffer(string: ProxyProtocolLine.text(self))
        case .v2: ProxyProtocolBlock.bytes(self)
        }
    }
}
