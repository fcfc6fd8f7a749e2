import NIOCore

/// A response as a test reads it off a raw connection.
struct RawResponse: Sendable {
    var status: Int
    var fields: [(name: String, value: String)]
    var body: String

    func values(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

    /// The proxy's cookie as a `Cookie` field; nil if none was set.
    var affinityCookie: String? {
        values("set-cookie").first { $0.hasPrefix("sticklersrv=") }.map { String($0.prefix { $0 != ";" }) }
    }
}

extension RawConnection {
    /// A request in one write.
    func request(_ method: String, _ path: String, cookie: String? = nil, fields: [String] = [], body: String? = nil)
        async throws
    {
        var lines = ["\(method) \(path) HTTP/1.1", "Host: example.test"] + fields
        if let cookie { lines.append("Cookie: \(cookie)") }
        if let body { lines.append("Content-Length: \(body.utf8.count)") }
        try await write(lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? ""))
    }

    func upgrade(_ path: String, cookie: String? = nil, connection: String = "Upgrade") async throws {
        try await request(
            "GET", path, cookie: cookie,
            fields: [
                "Upgrade: websocket", "Connection: \(connection)", "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            ])
    }

    func head() async throws -> RawResponse {
        let lines = try await read(through: "\r\n\r\n").split(separator: "\r\n")
        let status = lines.first.flatMap { Int($0.split(separator: " ")[1]) } ?? 0
        let fields = lines.dropFirst().map { line in
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            return (
                name: line[..<colon].lowercased(), value: String(line[colon...].dropFirst().drop { $0 == " " })
            )
        }
        return RawResponse(status: status, fields: fields, body: "")
    }

    /// One answer with Content-Length, or none of a body.
    func response(toHead: Bool = false) async throws -> RawResponse {
        var response = try await head()
        if !toHead, let length = response.values("content-length").first.flatMap({ Int($0) }) {
            response.body = try await read(count: length)
        }
        return response
    }
}
