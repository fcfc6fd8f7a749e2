import NIOHTTP1
import Wire

/// The head of a client's request as a node gets it; without a node, as any would.
struct ForwardedRequest {
    let head: RequestHead
    let upgrades: Bool
    let client: Endpoint?
    let listen: Endpoint?
    var node: Endpoint?

    /// Request line, fields, and the empty line.
    func text(under rules: RequestRules) -> [UInt8] {
        let node = rules.behavior.headers.host == .nodeAddress ? node : nil
        var text: [UInt8] = []
        text.reserveCapacity(1_024)
        text.append(head.method.rawValue)
        text.append(fixed: " ")
        text.append(Self.target(head.target, strippedOf: rules.behavior.requests.strippedPrefix))
        text.append(fixed: " HTTP/1.1\r\n")
        var dropped = ForwardedFields.dropped(from: head)
        if head.isChunked { dropped.insert("content-length") }
        if node != nil { dropped.insert("host") }
        head.appendFields(to: &text, without: dropped)
        if head.isChunked { text.append(fixed: "Transfer-Encoding: chunked\r\n") }
        if upgrades {
            text.appendField("Upgrade", head.values("upgrade").joined(separator: ", "))
            text.append(fixed: "Connection: Upgrade\r\n")
        }
        if let node { text.appendField("Host", node.description) }
        if let address = forwardedFor(rules.behavior.headers.forwardedFor) {
            text.appendField("X-Forwarded-For", address)
        }
        text.append(fixed: "X-Forwarded-Proto: http\r\n")
        head.forEachValue("host") { host in
            text.append(fixed: "X-Forwarded-Host: ")
            text.append(contentsOf: host)
            text.append(fixed: "\r\n")
        }
        text.append(fixed: "X-Forwarded-Port: ")
        text.append(listen?.port ?? 0)
        text.append(fixed: "\r\n\r\n")
        return text
    }

    private func forwardedFor(_ rule: Behavior.Headers.ForwardedFor) -> String? {
        if rule == .replaced { return client?.host }
        let given = head.values("x-forwarded-for")
        let all = rule == .keptIfPresent && !given.isEmpty ? given : given + (client.map { [$0.host] } ?? [])
        return all.isEmpty ? nil : all.joined(separator: ", ")
    }

    private static func target(_ target: String, strippedOf prefix: String?) -> String {
        guard let prefix, target.hasPrefix(prefix + "/") else { return target }
        return String(target.dropFirst(prefix.count))
    }
}
