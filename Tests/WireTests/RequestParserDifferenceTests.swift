import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing
import Wire

@Suite struct `A request parser beside NIOHTTP1` {
    private static let methods = ["GET", "POST", "OPTIONS", "HEAD", "PUT", "DELETE"]
    private static let pieces = ["a", "Z9", "-", "*/*", "gzip, deflate", "\"q\"", "x y", ";=", "\u{e9}", "\t", "~"]

    /// A valid request and its like in parts, both from the same numbers.
    private func request(using generator: inout SystemRandomNumberGenerator) -> String {
        let method = Self.methods.randomElement(using: &generator) ?? "GET"
        var text = "\(method) /\(Int.random(in: 0...99, using: &generator))?q=%20 HTTP/1.1\r\nHost: h\r\n"
        for index in 0..<Int.random(in: 0...12, using: &generator) {
            let value = (0..<Int.random(in: 0...9, using: &generator)).compactMap { _ in
                Self.pieces.randomElement(using: &generator)
            }
            text += "X-\(index):\(Bool.random(using: &generator) ? " " : "")v\(value.joined())v\r\n"
        }
        let body = String(repeating: "b\r\n", count: Int.random(in: 0...40, using: &generator))
        guard method == "POST" || method == "PUT" else { return text + "\r\n" }
        if Bool.random(using: &generator) { return text + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)" }
        let chunk = body.isEmpty ? "" : String(body.utf8.count, radix: 16) + "\r\n\(body)\r\n"
        return text + "Transfer-Encoding: chunked\r\n\r\n\(chunk)0\r\n\r\n"
    }

    private func readByNIO(_ text: String) throws -> [String] {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
        try channel.writeInbound(ByteBuffer(string: text))
        var lines: [String] = []
        var body = ""
        while let part = try channel.readInbound(as: HTTPServerRequestPart.self) {
            switch part {
            case .head(let head):
                let fields = head.headers.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
                lines.append("\(head.method.rawValue) \(head.uri) \(head.version.minor) \(fields)")
            case .body(let bytes): body += String(buffer: bytes)
            case .end:
                lines.append("body:" + body)
                body = ""
            }
        }
        return lines
    }

    @Test func `reads valid requests as it does`() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            let text = (0..<3).map { _ in request(using: &generator) }.joined()
            let parsed = ParsedRequests(text)
            #expect(try parsed.lines == readByNIO(text), "\(text)")
            #expect(parsed.error == nil && parsed.rest == "")
        }
    }
}
