import NIOCore
import NIOHTTP1

/// An answer that is written in one piece.
struct HTTPResponse {
    var status: Int
    var headers: [(String, String)] = []
    var body = ByteBuffer()
    /// The connection ends after it.
    var closes = false

    static func text(_ status: Int, _ body: String, _ headers: [(String, String)] = []) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: [("Content-Type", "text/plain; charset=UTF-8")] + headers,
            body: ByteBuffer(string: body))
    }

    static func json(_ status: Int, _ body: ByteBuffer) -> HTTPResponse {
        HTTPResponse(status: status, headers: [("Content-Type", "application/json; charset=UTF-8")], body: body)
    }

    static func methodNotAllowed(_ allowed: String) -> HTTPResponse {
        HTTPResponse(status: 405, headers: [("Allow", allowed)])
    }

    static let notFound = HTTPResponse.text(404, "404 Error: Page not found\n")

    /// The bytes that answer a request with this method and version.
    func serialized(method: HTTPMethod, version: HTTPVersion, keepsAlive: Bool, stamp: [(String, String)]) -> ByteBuffer
    {
        var head = "HTTP/1.1 \(status) \(HTTPResponseStatus(statusCode: status).reasonPhrase)\r\n"
        for (name, value) in headers + stamp { head += "\(name): \(value)\r\n" }
        if !(100..<200).contains(status), status != 204, status != 304 {
            head += "Content-Length: \(body.readableBytes)\r\n"
        }
        if status != 101 {
            if !keepsAlive {
                head += "Connection: close\r\n"
            } else if version != .http1_1 {
                head += "Connection: keep-alive\r\n"
            }
        }
        var bytes = ByteBuffer(string: head + "\r\n")
        if method != .HEAD { bytes.writeImmutableBuffer(body) }
        return bytes
    }
}
