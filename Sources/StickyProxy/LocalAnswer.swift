import NIOCore
import NIOHTTP1
import Wire

/// An answer the proxy gives by itself.
struct LocalAnswer: Sendable, Equatable {
    var status: HTTPResponseStatus
    var text: String
    var headers: [String: String] = [:]
    var contentType = "text/plain; charset=utf-8"

    static let badRequest = LocalAnswer(status: .badRequest, text: "The request is not HTTP/1.1.\n")
    static let headTooLarge = LocalAnswer(
        status: .requestHeaderFieldsTooLarge, text: "The header fields are too large.\n")
    static let tooSlow = LocalAnswer(status: .requestTimeout, text: "The request did not come in time.\n")
    static let bodyTooLarge = LocalAnswer(status: .payloadTooLarge, text: "The body is too large.\n")
    static let tooManyConnections = LocalAnswer(
        status: .serviceUnavailable, text: "The address has as many connections as it may.\n",
        headers: ["Retry-After": "1"])
    static let methodNotAllowed = LocalAnswer(
        status: .methodNotAllowed, text: "This is a reverse proxy; it does not serve CONNECT.\n",
        headers: ["Allow": "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"])
    static let noNode = LocalAnswer(
        status: .serviceUnavailable, text: "No node is up.\n", headers: ["Retry-After": "1"])
    static let refused = LocalAnswer(
        status: .serviceUnavailable, text: "The affinity cookie names no node that is up.\n",
        headers: ["Retry-After": "1"])
    static let noRoom = LocalAnswer(
        status: .serviceUnavailable, text: "The node has as much as it may.\n", headers: ["Retry-After": "1"])
    static let nodeFailed = LocalAnswer(
        status: .badGateway, text: "The node ended its connection before it had answered.\n")
    static let nodeTooSlow = LocalAnswer(
        status: .gatewayTimeout, text: "The node went down before it had answered.\n")
    static let upgradeRefused = LocalAnswer(status: .badGateway, text: "")
    static let breakerOpen = LocalAnswer(
        status: .serviceUnavailable, text: "Nodes refused upgrades; none is let through for a while.\n")

    /// To bytes that are no request.
    static func malformed(_ error: HTTPSyntaxError) -> LocalAnswer {
        // A version that begins with another digit than 1 can't be told from rubbish.
        let status = error == .version ? 400 : error.status
        return LocalAnswer(status: HTTPResponseStatus(statusCode: status), text: "Bad request: \(error).\n")
    }

    /// When no node answered, by the status that ``AttemptMachine`` decided on.
    static func failure(_ status: Int) -> LocalAnswer {
        switch status {
        case 503: .noNode
        case 504: .nodeTooSlow
        default: .nodeFailed
        }
    }

    /// When the answer did not begin in the time that it may take.
    static func late(_ rule: Behavior.Limits.FirstByte?) -> LocalAnswer {
        var answer = nodeTooSlow
        if let rule { answer.status = HTTPResponseStatus(statusCode: rule.status) }
        return answer
    }

    /// What the behavior puts in place of a node's answer; nil for nothing.
    static func replacement(of status: Int, upgrades: Bool, _ rules: RequestRules) -> LocalAnswer? {
        if upgrades { return rules.behavior.upgrade.refusal == .badGateway ? .upgradeRefused : nil }
        return rules.behavior.answers.errors == .replaced && status >= 400
            ? errorPage(HTTPResponseStatus(statusCode: status)) : nil
    }

    /// A page in place of a node's error.
    private static func errorPage(_ status: HTTPResponseStatus) -> LocalAnswer {
        LocalAnswer(status: status, text: "\(status.code) \(status.reasonPhrase)\n")
    }

    /// Writes the answer as a whole; `isOld` is a client that speaks HTTP/1.0.
    func write(to client: ClientHandler, headOnly: Bool, keepsAlive: Bool, isOld: Bool) {
        var fields = HTTPHeaders(headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        fields.add(name: "Content-Type", value: contentType)
        fields.add(name: "Content-Length", value: String(text.utf8.count))
        if !keepsAlive {
            fields.add(name: "Connection", value: "close")
        } else if isOld {
            fields.add(name: "Connection", value: "keep-alive")
        }
        client.write(ForwardedHead(status: Int(status.code), isChunked: false) { $0.appendFields(fields) })
        if !headOnly { client.write(ByteBuffer(string: text)) }
        client.writeEnd(nil)
        client.flush()
    }
}

extension LocalAnswer {
    /// What a router answers.
    init(_ answer: RoutedAnswer) {
        self.init(
            status: HTTPResponseStatus(statusCode: answer.status), text: answer.text, headers: answer.fields,
            contentType: answer.contentType)
    }
}
