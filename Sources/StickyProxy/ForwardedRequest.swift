import NIOHTTP1
import Wire

/// The head of a client's request as a node gets it; without a node, as any would.
struct ForwardedRequest {
    let head: RequestHead
    let upgrades: Bool
    let client: Endpoint?
    let listen: Endpoint?
    var node: Endpoint?
    /// What a router decided; nil where there is none.
    var routed: RoutedRequest?

    /// Request line, fields, and the empty line.
    func text(under rules: RequestRules) -> [UInt8] {
        let node = rules.behavior.headers.host == .nodeAddress ? node : nil
        var text: [UInt8] = []
        text.reserveCapacity(1_024)
        text.append(head.method.rawValue)
        text.append(fixed: " ")
        text.append(
            routed?.target ?? Self.target(head.target, strippedOf: rules.behavior.requests.strippedPrefix))
        text.append(fixed: " HTTP/1.1\r\n")
        // Two knobs, and not the whole group: to copy that counts references for each request.
        var dropped = ForwardedFields.dropped(
            from: head, rules.behavior.headers.hopFields, rules.behavior.headers.underscores)
        if head.isChunked, rules.behavior.requests.lengths == .oneOnly { dropped.insert("content-length") }
        if node != nil { dropped.insert("host") }
        head.appendFields(to: &text, without: dropped)
        if head.isChunked { text.append(fixed: "Transfer-Encoding: chunked\r\n") }
        if upgrades {
            text.appendField("Upgrade", head.values("upgrade").joined(separator: ", "))
            text.append(fixed: "Connection: Upgrade\r\n")
        }
        if let node { text.appendField("Host", node.description) }
        appendForwardedFor(rules.behavior.headers.forwardedFor, to: &text)
        text.append(fixed: "X-Forwarded-Proto: http\r\n")
        head.forEachValue("host") { host in
            text.append(fixed: "X-Forwarded-Host: ")
            text.append(contentsOf: host)
            text.append(fixed: "\r\n")
        }
        if let routed, !routed.fields.isEmpty {
            text.appendFields(HTTPHeaders(routed.fields.map { ($0.name, $0.value) }))
        }
        text.append(fixed: "X-Forwarded-Port: ")
        text.append(listen?.port ?? 0)
        text.append(fixed: "\r\n\r\n")
        return text
    }

    /// The addresses that came and the client's own, as the rule says; no field where there is none.
    private func appendForwardedFor(_ rule: Behavior.Headers.ForwardedFor, to text: inout [UInt8]) {
        let isGiven = rule != .replaced && head.contains("x-forwarded-for")
        let own = isGiven && rule == .keptIfPresent ? nil : client?.host
        if !isGiven, own == nil { return }
        text.append(fixed: "X-Forwarded-For: ")
        var isFirst = true
        func separate() {
            if !isFirst { text.append(fixed: ", ") }
            isFirst = false
        }
        if isGiven {
            head.forEachValue("x-forwarded-for") { value in
                separate()
                text.append(contentsOf: value)
            }
        }
        if let own {
            separate()
            text.append(own)
        }
        text.append(fixed: "\r\n")
    }

    private static func target(_ target: String, strippedOf prefix: String?) -> String {
        guard let prefix, target.hasPrefix(prefix + "/") else { return target }
        return String(target.dropFirst(prefix.count))
    }
}
