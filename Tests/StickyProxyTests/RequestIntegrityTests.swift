import Testing

@testable import StickyProxy

@Suite("What a client says gets to the node as the knobs say", .timeLimit(.minutes(1)))
struct RequestIntegrityTests {
    private static let fields =
        "Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nTE: trailers\r\nProxy-Connection: a\r\n"
        + "X_Mark: 1\r\nX-Mark: 1\r\n"

    @Test(
        "fields of one hop and names with underscores go on or do not",
        arguments: [
            (.dropped, .passed, ["x-mark", "x_mark"]), (.dropped, .dropped, ["x-mark"]),
            (.passed, .passed, ["keep-alive", "proxy-connection", "te", "x-hop", "x-mark", "x_mark"]),
        ] as [(Behavior.Headers.HopFields, Behavior.Headers.Underscores, [String])])
    func names(_ hop: Behavior.Headers.HopFields, _ underscores: Behavior.Headers.Underscores, _ passed: [String])
        async throws
    {
        let behavior = Behavior.unprobed.with { ($0.headers.hopFields, $0.headers.underscores) = (hop, underscores) }
        try await scripted(behavior) { client, node, _ in
            try await client.write("GET / HTTP/1.1\r\nHost: a\r\n\(Self.fields)\r\n")
            let lines = try await node.request().split(separator: "\r\n").dropFirst()
            let names = lines.map { $0.prefix { $0 != ":" }.lowercased() }
            #expect(names.filter { $0 != "host" && !$0.hasPrefix("x-forwarded") }.sorted() == passed)
        }
    }

    private static let twoLengths =
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"

    @Test("a request with two lengths is refused, or goes on with both where it may", arguments: [true, false])
    func lengths(_ pass: Bool) async throws {
        let behavior = Behavior.unprobed.with { if pass { $0.requests.lengths = .bothPassed } }
        try await scripted(behavior) { client, node, _ in
            try await client.write(Self.twoLengths)
            guard pass else {
                #expect(try await client.response().status == 400)
                return
            }
            let request = try await node.request().lowercased()
            #expect(request.contains("\r\ncontent-length: 5\r\n"))
            #expect(request.contains("\r\ntransfer-encoding: chunked\r\n"))
            #expect(try await node.read(count: 12) == "2\r\nab\r\n0\r\n\r\n".prefix(12))
        }
    }

    @Test("where any answer opens the tunnel, what follows a refusal reaches the node as it is")
    func refusalsTunnelled() async throws {
        try await scripted(.unprobed.with { $0.upgrade.tunnel = .anyAnswer }) { client, node, _ in
            try await client.upgrade("/websocket")
            _ = try await node.request()
            try await node.write("HTTP/1.1 403 Forbidden\r\nX-Why: because\r\nContent-Length: 4\r\n\r\nwhy?")
            let refusal = try await client.response()
            #expect(refusal.status == 403)
            #expect(refusal.values("x-why") == ["because"])
            #expect(refusal.body == "why?")
            let next = "GET /2 HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n"
            try await client.write(next)
            #expect(try await node.request() == next)
        }
    }

    @Test(
        "the origin of a Location is replaced, and comes before a path",
        arguments: [
            ("/a?b=c", "http://i:1/a?b=c"), ("https://x:2/a", "http://i:1/a"),
        ])
    func locations(_ sent: String, _ came: String) async throws {
        try await scripted(.unprobed.with { $0.headers.locationOrigin = "http://i:1" }) { client, node, _ in
            try await client.request("GET", "/")
            _ = try await node.request()
            try await node.write("HTTP/1.1 302 Found\r\nLocation: \(sent)\r\nContent-Length: 0\r\n\r\n")
            #expect(try await client.response().values("location") == [came])
        }
    }
}
