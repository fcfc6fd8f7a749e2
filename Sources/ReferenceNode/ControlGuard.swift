import NIOCore
import NIOHTTP1
import Wire

/// Says which requests the control plane obeys: not those of web pages, which can reach loopback from any browser, and
/// where there is a token only those that bear it.
struct ControlGuard: Sendable {
    /// The host the control plane was told to listen on.
    let name: String
    let token: ControlToken?

    /// Why a request is refused; nil if it is not.
    func refusal(of request: HTTPRequest) -> HTTPResponse? {
        let head = request.head
        let host = head.first("host")
        guard let host, isOwn(host) else {
            return .text(
                403,
                "expected the address of this control plane as Host (an IP address, localhost or \(name)), got "
                    + "\(host.map { "\"\($0.prefix(64))\"" } ?? "none"): a web page may hide behind another name\n")
        }
        if let origin = head.first("origin"), origin != "http://\(host)" {
            return .text(403, "expected no Origin but this one, got \"\(origin.prefix(64))\": pages control nothing\n")
        }
        if let refusal = refusalOfToken(head, request.path) { return refusal }
        let isPost = head.method == .POST
        if isPost || request.bodyBytes > 0, !isJSON(head.first("content-type")) {
            return .text(415, "expected Content-Type: application/json, which a web page may not send by itself\n")
        }
        return nil
    }

    private func refusalOfToken(_ head: RequestHead, _ path: Substring) -> HTTPResponse? {
        // Whoever started it may ask whether it lives.
        guard let token, path != "/health" else { return nil }
        guard let authorization = head.first("authorization") else {
            return .text(
                401, "this was started with --token-file: expected Authorization: Bearer TOKEN\n",
                ["WWW-Authenticate": "Bearer"])
        }
        guard token.isBorne(by: authorization) else {
            return .text(
                401, "expected the token of the --token-file this was started with, got another one\n",
                ["WWW-Authenticate": "Bearer error=\"invalid_token\""])
        }
        return nil
    }

    /// Whether a value of `Host` names this control plane: a page that was brought here by its own name (DNS rebinding)
    /// sends that name.
    private func isOwn(_ host: String) -> Bool {
        var name = Substring(host)
        if let colon = name.lastIndex(of: ":"), name[name.index(after: colon)...].allSatisfy({ $0.isNumber }) {
            name = name[..<colon]
        }
        if name.hasPrefix("["), name.hasSuffix("]") { name = name.dropFirst().dropLast() }
        if name.lowercased() == "localhost" || name.lowercased() == self.name.lowercased() { return true }
        return (try? SocketAddress(ipAddress: String(name), port: 0)) != nil
    }

    private func isJSON(_ contentType: String?) -> Bool {
        guard let type = contentType?.split(separator: ";").first else { return false }
        return type.lowercased().filter { $0 != " " } == "application/json"
    }
}
