import NIOCore
import NIOHTTP1

/// A request as a client sends it; `Host` and `Content-Length` are the caller's to give.
public struct ClientRequest: Sendable {
    /// HTTP method.
    public var method: String
    /// Request target with its query.
    public var target: String
    /// Header fields in order.
    public var headers: [(name: String, value: String)]
    /// Body; sent as it is.
    public var body: ByteBuffer

    /// A request.
    public init(
        method: String, target: String, headers: [(name: String, value: String)] = [], body: ByteBuffer = .init()
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
    }
}

/// A whole answer.
public struct ClientResponse: Sendable {
    /// HTTP status.
    public var status: Int
    /// Header fields in order.
    public var headers: [(name: String, value: String)]
    /// Body, at most 32 MiB.
    public var body: ByteBuffer
    /// Whether the connection can bear another request.
    public var keepsAlive: Bool

    /// Values of a field, whatever the case of its name.
    public func values(of name: String) -> [String] {
        let name = name.lowercased()
        return headers.filter { $0.name.lowercased() == name }.map(\.value)
    }
}
