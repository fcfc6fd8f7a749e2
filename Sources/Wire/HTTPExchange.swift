package import NIOCore

/// A request as a client sends it; `Host` and `Content-Length` are the caller's to give.
package struct ClientRequest: Sendable {
    /// HTTP method.
    package var method: String
    /// Request target with its query.
    package var target: String
    /// Header fields in order.
    package var headers: [(name: String, value: String)]
    /// Body; sent as it is.
    package var body: ByteBuffer

    /// A request.
    package init(
        method: String, target: String, headers: [(name: String, value: String)] = [], body: ByteBuffer = .init()
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
    }

    /// Whether it says that a gzip body will do.
    var acceptsGzip: Bool {
        ClientResponse.values(of: "accept-encoding", in: headers).contains { $0.lowercased().contains("gzip") }
    }
}

/// A whole answer.
package struct ClientResponse: Sendable {
    /// HTTP status.
    package var status: Int
    /// Header fields in order.
    package var headers: [(name: String, value: String)]
    /// Body, at most 32 MiB.
    package var body: ByteBuffer
    /// Whether the connection can bear another request.
    package var keepsAlive: Bool

    /// An answer.
    package init(status: Int, headers: [(name: String, value: String)], body: ByteBuffer, keepsAlive: Bool) {
        self.status = status
        self.headers = headers
        self.body = body
        self.keepsAlive = keepsAlive
    }

    /// Values of a field, whatever the case of its name.
    package func values(of name: String) -> [String] { Self.values(of: name, in: headers) }

    static func values(of name: String, in headers: [(name: String, value: String)]) -> [String] {
        let name = name.lowercased()
        return headers.filter { $0.name.lowercased() == name }.map(\.value)
    }

    static func isGzip(_ headers: [(name: String, value: String)]) -> Bool {
        values(of: "content-encoding", in: headers).map { $0.lowercased() } == ["gzip"]
    }

    /// Inflates a gzip body in place; the bound of bodies holds for what comes out.
    mutating func inflateBody() throws(WireError) {
        guard Self.isGzip(headers), body.readableBytes > 0 else { return }
        var inflater = try GzipInflater()
        var plain = ByteBuffer()
        while body.readableBytes > 0 {
            var step = try inflater.inflate(&body, atMost: 1 << 20)
            plain.writeBuffer(&step)
            guard plain.readableBytes <= HTTPConnection.bodyLimit else { throw .answerTooLong }
        }
        guard inflater.isAtEnd else { throw .malformed("the gzip body ends in the middle") }
        body = plain
    }
}
