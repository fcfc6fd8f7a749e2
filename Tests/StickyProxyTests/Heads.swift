import NIOCore
import NIOHTTP1
import Wire

@testable import StickyProxy

/// Heads as they come out of the parsers; a trap for one that the parsers do not take.
extension RequestHead {
    static func read(_ head: HTTPRequestHead) -> RequestHead {
        var parser = RequestParser()
        var text = Array("\(head.method.rawValue) \(head.uri) \(head.version)\r\n".utf8)
        text.appendFields(head.headers)
        text.append(fixed: "\r\n")
        parser.receive(ByteBuffer(bytes: text))
        guard case .head(let read)? = try? parser.next() else { preconditionFailure("\(head)") }
        return read
    }
}

extension ResponseHead {
    static func read(_ head: HTTPResponseHead) -> ResponseHead {
        var parser = ResponseParser()
        parser.receive(ByteBuffer(bytes: ForwardedHead(head).text))
        switch try? parser.next() {
        case .head(let read)?, .interim(let read)?: return read
        default: preconditionFailure("\(head)")
        }
    }

    /// The head of an answer with two bytes, without more where the status allows no body.
    static func answer(_ status: Int) -> ResponseHead { read(.answer(status)) }

    static let inChunks = read(
        HTTPResponseHead(version: .http1_1, status: .ok, headers: ["Transfer-Encoding": "chunked"]))
}

extension ForwardedHead {
    init(_ head: HTTPResponseHead) {
        self.init(
            status: Int(head.status.code), isChunked: head.headers.contains(name: "transfer-encoding")
        ) { $0.appendFields(head.headers) }
    }

    /// The same as it goes on.
    static func answer(_ status: Int) -> ForwardedHead { ForwardedHead(.answer(status)) }

    /// The fields of a name.
    func values(_ name: String) -> [String] {
        String(decoding: text, as: UTF8.self).split(separator: "\r\n").compactMap { line in
            line.lowercased().hasPrefix(name + ": ") ? String(line.dropFirst(name.count + 2)) : nil
        }
    }
}

extension HTTPResponseHead {
    fileprivate static func answer(_ status: Int) -> HTTPResponseHead {
        var headers: HTTPHeaders = status < 200 ? [:] : ["Content-Length": "2"]
        if status == 101 { headers = ["Upgrade": "websocket", "Connection": "Upgrade"] }
        return HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: headers)
    }
}
