import NIOCore
import Testing
import Wire

@testable import StickyProxy

@Suite("A node fails", .timeLimit(.minutes(1)))
struct FailoverTests {
    /// A client, two scripted nodes and the proxy between them. The first request goes to the first node.
    func withTwoNodes(
        _ behavior: Behavior = .unprobed,
        _ body: (_ client: RawConnection, _ first: ScriptedNode, _ second: ScriptedNode, _ proxy: Endpoint) async throws
            -> Void
    ) async throws {
        let (one, two) = (try await RawServer.start(), try await RawServer.start())
        let nodes = [ProxyNode(id: "n1", endpoint: one.endpoint), ProxyNode(id: "n2", endpoint: two.endpoint)]
        try await withProxy(nodes, behavior) { proxy in
            let client = try await proxy.connect()
            try await body(client, ScriptedNode(one), ScriptedNode(two), proxy)
            await client.close()
        }
        await one.stop()
        await two.stop()
    }

    func deadNode(_ id: String) async throws -> ProxyNode { ProxyNode(id: id, endpoint: .nobody) }

    @Test("a failed connect leads to the next node, for POSTs and upgrades too")
    func redispatch() async throws {
        let dead = try await deadNode("n1")
        let node = try await RawServer.start()
        for request in ["GET", "POST", "upgrade"] {
            try await withProxy([dead, ProxyNode(id: "n2", endpoint: node.endpoint)]) { proxy in
                let client = try await proxy.connect()
                switch request {
                case "upgrade": try await client.upgrade("/")
                default: try await client.request(request, "/", body: "body")
                }
                let side = try await node.accept()
                _ = try await side.read(through: "\r\n\r\n")
                if request != "upgrade" { #expect(try await side.read(count: 4) == "body") }
                try await side.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                #expect(try await client.response().body == "ok")
            }
        }
        await node.stop()
    }

    @Test("no node up: 503 with Retry-After and a text, and the connection serves on")
    func allDown() async throws {
        let nodes = [try await deadNode("n1"), try await deadNode("n2")]
        try await withProxy(nodes) { proxy in
            let client = try await proxy.connect()
            for _ in 0..<2 {
                try await client.request("POST", "/", body: "x")
                let answer = try await client.response()
                #expect(answer.status == 503)
                #expect(answer.values("retry-after") == ["1"])
                #expect(!answer.body.isEmpty)
            }
            try await client.upgrade("/")
            #expect(try await client.response().status == 503)
            try await client.request("GET", "/")
            #expect(try await client.response().status == 503)
        }
    }

    @Test("a POST whose node dies before the answer is a 502 and reaches no other node")
    func postOnce() async throws {
        try await withTwoNodes { client, first, second, _ in
            try await client.request("POST", "/send", body: "once")
            _ = try await first.read(through: "once")
            try await first.connection.close()
            #expect(try await client.response().status == 502)
            try await client.request("GET", "/after")
            #expect(try await second.request().hasPrefix("GET /after "))
        }
    }

    @Test("a GET whose node dies before the answer is sent once more, and no more often")
    func getTwice() async throws {
        try await withTwoNodes { client, first, second, _ in
            try await client.request("GET", "/poll")
            _ = try await first.request()
            try await first.connection.close()
            #expect(try await second.request().hasPrefix("GET /poll "))
            try await second.connection.close()
            #expect(try await client.response().status == 502)
        }
    }

    @Test("probes find a node that accepts and doesn't answer: requests end with 504, tunnels are cut, clients move")
    func hungNode() async throws {
        let nodes = [try await TestNode.start("n1"), try await TestNode.start("n2")]
        let behavior = Behavior.reference.with {
            $0.health.probe?.interval = .milliseconds(20)
            // Longer than a busy machine keeps a healthy node from answering.
            $0.health.probe?.timeout = .seconds(4)
            $0.health.probe?.fall = 1
        }
        try await withProxy(nodes.map(\.proxyNode), behavior) { proxy in
            let (tunnel, waiting) = (try await proxy.connect(), try await proxy.connect())
            try await tunnel.upgrade("/")
            let opened = try await tunnel.head()
            #expect(opened.status == 101)
            let cookie = try #require(opened.affinityCookie)
            try await waiting.request("GET", "/unanswered", cookie: cookie)
            let victim = try #require(nodes.first { !$0.records.isEmpty })
            await victim.requested("/unanswered")
            victim.hang()
            #expect(try await waiting.response().status == 504)
            #expect(await tunnel.readToEnd().readableBytes == 0)
            var moved = try await proxy.fetch("/", cookie: cookie)
            // A busy machine may make a probe of the other node late as well.
            while moved.status == 503 { moved = try await proxy.fetch("/", cookie: cookie) }
            #expect(moved.status == 200 && moved.body != victim.id)
            #expect(moved.affinityCookie != nil)
        }
        for node in nodes { await node.kill() }
    }

    @Test("tunnels of other nodes live on when a node dies")
    func bystanders() async throws {
        try await withTwoNodes { client, first, second, proxy in
            let bystander = try await proxy.connect()
            try await client.upgrade("/")
            _ = try await first.request()
            try await first.switchProtocols()
            _ = try await client.head()
            try await bystander.upgrade("/")
            _ = try await second.request()
            try await second.switchProtocols()
            _ = try await bystander.head()
            try await first.connection.close()
            _ = await client.readToEnd()
            try await bystander.write("alive")
            #expect(try await second.read(count: 5) == "alive")
        }
    }

    @Test("a pooled connection that the node closed is not used")
    func stalePool() async throws {
        let node = try await TestNode.start("n1")
        try await withProxy([node.proxyNode]) { proxy in
            #expect(try await proxy.fetch("/").body == "n1")
            await node.kill()
            let returned = try await TestNode.start("n1", port: node.endpoint.port)
            #expect(try await proxy.fetch("/", method: "POST", body: "x").body == "n1")
            await returned.kill()
        }
    }
}
