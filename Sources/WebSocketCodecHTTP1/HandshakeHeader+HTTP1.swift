public import NIOHTTP1
public import WebSocketCodec

extension [HandshakeHeader] {
    /// The fields of a head of NIOHTTP1, in order, with repeated ones kept apart.
    public init(_ headers: HTTPHeaders) {
        self = headers.map { HandshakeHeader(name: $0.name, value: $0.value) }
    }
}

extension HTTPHeaders {
    /// The fields of a handshake, in order.
    public init(_ headers: [HandshakeHeader]) {
        self.init(headers.map { ($0.name, $0.value) })
    }
}
