import NIOHTTP1
import Testing
import Wire

@testable import StickyProxy

@Suite("A client stays on its node", .timeLimit(.minutes(1)))
struct AffinityTests {
    func withNodes(
        _ behavior: Behavior = .unprobed, status: Int = 200, _ body: (Endpoint, [TestNode]) async throws -> Void
    ) async throws {
        var nodes: [TestNode] = []
        for id in ["n1", "n2", "n3"] { nodes.append(try await TestNode.start(id, status: status)) }
        try await withProxy(nodes.map(\.proxyNode), behavior) { try await body($0, nodes) }
        for node in nodes { await node.kill() }
    }

    @Test("by cookie, on fresh connections")
    func byCookie() async throws {
        try await withNodes { proxy, _ in
            for _ in 0..<6 {
                let first = try await proxy.fetch("/")
                let cookie = try #require(first.affinityCookie)
                for _ in 0..<3 {
                    let later = try await proxy.fetch("/", cookie: cookie)
                    #expect(later.body == first.body)
                    #expect(later.affinityCookie == nil)
                }
            }
        }
    }

    @Test(
        "by address, without a cookie",
        arguments: [Behavior.Affinity.Rule.hash(of: .address), .table(of: .address, capacity: 9)])
    func byAddress(_ rule: Behavior.Affinity.Rule) async throws {
        try await withNodes(.unprobed.with { $0.affinity.rule = rule }) { proxy, _ in
            let first = try await proxy.fetch("/")
            #expect(first.affinityCookie == nil)
            for _ in 0..<3 { #expect(try await proxy.fetch("/").body == first.body) }
        }
    }

    @Test("the cookie lasts for all paths, hidden from scripts")
    func attributes() async throws {
        try await withNodes { proxy, _ in
            let field = try #require(try await proxy.fetch("/").values("set-cookie").first)
            #expect(field.hasSuffix("; Path=/; HttpOnly; SameSite=Lax"))
        }
    }

    @Test("an error of the node carries the cookie too", arguments: [404, 500])
    func onError(_ status: Int) async throws {
        try await withNodes(status: status) { proxy, _ in
            let answer = try await proxy.fetch("/")
            #expect(answer.status == status)
            #expect(answer.affinityCookie != nil)
        }
    }

    static let cacheControl: [(value: String, isShared: Bool)] = [
        ("public", true), ("Public, max-age=31536000", true), ("max-age=60", true), ("s-maxage=1", true),
        ("no-cache, s-maxage=\"10\"", true), ("public, max-age=0", true), ("max-age=0, must-revalidate", false),
        ("no-store, no-cache, must-revalidate, max-age=0", false), ("private, max-age=60", false),
        ("private=\"set-cookie\", max-age=60", false), ("no-store, max-age=60", false), ("no-cache", false),
    ]

    @Test(
        "no cookie on what shared caches may keep, or it is made private, by the knob", arguments: cacheControl.indices)
    func sharedAnswer(_ row: Int) {
        let row = Self.cacheControl[row]
        for rule in [Behavior.Affinity.Cookie.SharedAnswers.withoutCookie, .madePrivate, .withCookie] {
            let headers: HTTPHeaders = ["Cache-Control": row.value, "Content-Length": "0"]
            let answer = ForwardedResponse(
                .read(HTTPResponseHead(version: .http1_1, status: .ok, headers: headers)),
                client: .init(isOld: false, keepsAlive: true, askedForHead: false), setCookie: "value",
                under: RequestRules(Behavior.reference.with { $0.affinity.cookie?.sharedAnswers = rule }))
            let sent = answer.head
            #expect(!sent.values("set-cookie").isEmpty == (!row.isShared || rule != .withoutCookie))
            let isPrivate = row.isShared && rule == .madePrivate
            #expect(sent.values("cache-control") == [isPrivate ? "private" : row.value])
        }
    }

    @Test("a client whose first answer was public gets its cookie with the next one")
    func cookieNextTime() async throws {
        try await scripted { client, node, _ in
            for (caching, hasCookie) in [("public, max-age=31536000", false), ("no-store", true)] {
                try await client.request("GET", "/")
                _ = try await node.request()
                try await node.write("HTTP/1.1 200 OK\r\nCache-Control: \(caching)\r\nContent-Length: 0\r\n\r\n")
                #expect((try await client.response().affinityCookie != nil) == hasCookie)
            }
        }
    }

    @Test("by session URL without a cookie, whatever the transport")
    func bySession() async throws {
        try await withNodes { proxy, _ in
            for session in ["a", "b", "c", "d"] {
                let first = try await proxy.fetch("/sockjs/000/\(session)/xhr", method: "POST", body: "")
                for transport in ["xhr_send", "xhr", "xhr_streaming", "jsonp_send"] {
                    let later = try await proxy.fetch("/sockjs/123/\(session)/\(transport)", method: "POST", body: "x")
                    #expect(later.body == first.body)
                }
            }
        }
    }

    @Test("two clients on one connection each go to their own node")
    func sharedConnection() async throws {
        try await withNodes { proxy, _ in
            let (first, second) = (try await proxy.fetch("/"), try await proxy.fetch("/"))
            #expect(first.body != second.body)
            let shared = try await proxy.connect()
            for _ in 0..<3 {
                for answer in [first, second] {
                    try await shared.request("GET", "/", cookie: answer.affinityCookie)
                    #expect(try await shared.response().body == answer.body)
                }
            }
            await shared.close()
        }
    }

    @Test("when its node is dead it moves, gets the new cookie, and stays there after the node's return")
    func rehome() async throws {
        try await withNodes { proxy, nodes in
            let first = try await proxy.fetch("/")
            let old = try #require(first.affinityCookie)
            let victim = try #require(nodes.first { $0.id == first.body })
            await victim.kill()
            let moved = try await proxy.fetch("/", cookie: old)
            #expect(moved.status == 200 && moved.body != first.body)
            let new = try #require(moved.affinityCookie)
            #expect(try await proxy.fetch("/", cookie: old).body == moved.body)
            let returned = try await TestNode.start(victim.id, port: victim.endpoint.port)
            #expect(try await proxy.fetch("/", cookie: new).body == moved.body)
            await returned.kill()
        }
    }
}
