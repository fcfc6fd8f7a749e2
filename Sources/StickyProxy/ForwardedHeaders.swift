import NIOHTTP1
import Wire

/// The header fields as they go on, without those of one hop (RFC 9110 §7.6.1).
enum ForwardedHeaders {
    private static let hopByHop: Set<String> = [
        "connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade",
    ]
    /// Fields that `Connection` can't name away: without them the message would mean something else.
    private static let essential: Set<String> = ["content-length", "host", "cookie", "set-cookie"]
    private static let forwarded: Set<String> = [
        "forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-forwarded-port",
    ]

    /// The fields without those of one hop.
    static func endToEnd(_ headers: HTTPHeaders) -> HTTPHeaders {
        passing(headers, room: 3) { hopByHop.contains($0) }
    }

    /// The fields without those that `isDropped` or `Connection` names, and room for more.
    private static func passing(
        _ headers: HTTPHeaders, room: Int, _ isDropped: (String) -> Bool
    ) -> HTTPHeaders {
        let named = headers.contains(name: "connection") ? headers[canonicalForm: "connection"] : []
        let tokens = Set(named.map { $0.lowercased() }).subtracting(essential)
        var passed: [(String, String)] = []
        passed.reserveCapacity(headers.count + room)
        for (name, value) in headers {
            let lowercased = name.lowercased()
            if !isDropped(lowercased), tokens.isEmpty || !tokens.contains(lowercased) { passed.append((name, value)) }
        }
        return HTTPHeaders(passed)
    }

    /// The request as a node gets it; without a node, as any would.
    static func request(
        _ head: HTTPRequestHead, facts: RequestFacts, client: Endpoint?, listen: Endpoint, node: Endpoint? = nil,
        behavior: Behavior = .reference
    ) -> HTTPRequestHead {
        var headers = passing(head.headers, room: 6) { hopByHop.contains($0) || forwarded.contains($0) }
        if head.headers.contains(name: "transfer-encoding") {
            headers.remove(name: "content-length")
            headers.add(name: "Transfer-Encoding", value: "chunked")
        }
        if facts.upgrades {
            headers.add(name: "Upgrade", value: head.headers["upgrade"].joined(separator: ", "))
            headers.add(name: "Connection", value: "Upgrade")
        }
        if behavior.headers.host == .nodeAddress, let node {
            headers.replaceOrAdd(name: "Host", value: node.description)
        }
        let address = forwardedFor(head.headers["x-forwarded-for"], client: client?.host, behavior.headers.forwardedFor)
        if let address { headers.add(name: "X-Forwarded-For", value: address) }
        headers.add(name: "X-Forwarded-Proto", value: "http")
        if let host = head.headers.first(name: "host") { headers.add(name: "X-Forwarded-Host", value: host) }
        headers.add(name: "X-Forwarded-Port", value: String(listen.port))
        return HTTPRequestHead(
            version: .http1_1, method: head.method, uri: target(head.uri, behavior.requests), headers: headers)
    }

    private static func forwardedFor(
        _ given: [String], client: String?, _ rule: Behavior.Headers.ForwardedFor
    ) -> String? {
        switch rule {
        case .replaced: return client
        case .appended:
            let all = given + (client.map { [$0] } ?? [])
            return all.isEmpty ? nil : all.joined(separator: ", ")
        case .keptIfPresent: return given.isEmpty ? client : given.joined(separator: ", ")
        }
    }

    private static func target(_ target: String, _ rules: Behavior.Requests) -> String {
        guard let prefix = rules.strippedPrefix, target.hasPrefix(prefix + "/") else { return target }
        return String(target.dropFirst(prefix.count))
    }
}
