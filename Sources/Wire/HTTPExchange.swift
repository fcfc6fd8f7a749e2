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

    /// The request as it goes out.
    package var bytes: ByteBuffer {
        var text = RequestText(method, target)
        for (name, value) in headers { text.add(name, value) }
        text.finish(body: body)
        return text.bytes
    }

    /// What it says of the bodies that it takes.
    var encoding: ClientConnection.BodyEncoding {
        let accepted = ClientResponse.values(of: "accept-encoding", in: headers)
        return accepted.contains { $0.lowercased().contains("gzip") } ? .gzip : .asItIs
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

    fileprivate static func values(of name: String, in headers: [(name: String, value: String)]) -> [String] {
        let name = name.lowercased()
        return headers.filter { $0.name.lowercased() == name }.map(\.value)
    }
}
