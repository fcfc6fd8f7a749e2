import NIOCore
import NIOHTTP1
import Wire

// Defects know heads as SwiftNIO has them; without defects none is made.

extension HTTPRequestHead {
    /// The head of a client's request.
    init(_ head: RequestHead) {
        self.init(
            version: head.version, method: head.method, uri: head.target, headers: HTTPHeaders(head.allFields))
    }

    /// A client's request as its node gets it.
    init(_ request: ForwardedRequest, under rules: RequestRules) {
        // Not by the parser, whose limit may be exceeded by what the proxy adds.
        var lines = String(decoding: request.text(under: rules), as: UTF8.self).split(separator: "\r\n")[...]
        let target = lines.popFirst()?.split(separator: " ").dropFirst().first
        self.init(
            version: request.head.version, method: request.head.method, uri: target.map(String.init) ?? "",
            headers: HTTPHeaders(lines.map(Self.field)))
    }

    private static func field(_ line: Substring) -> (String, String) {
        let name = line.prefix { $0 != ":" }
        return (String(name), String(line.dropFirst(name.count + 1).drop { $0 == " " || $0 == "\t" }))
    }
}

extension HTTPResponseHead {
    /// The head of a node's answer.
    init(_ head: ResponseHead) {
        self.init(
            version: head.version, status: HTTPResponseStatus(statusCode: head.status),
            headers: HTTPHeaders(head.allFields))
    }
}

extension [UInt8] {
    /// The text of a request's head: its line, its fields, and the empty line.
    init(_ head: HTTPRequestHead) {
        self = Array("\(head.method.rawValue) \(head.uri) HTTP/1.1\r\n".utf8)
        appendFields(head.headers)
        append(fixed: "\r\n")
    }
}
