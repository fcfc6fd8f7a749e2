import NIOCore
import Testing
import Wire

@testable import StickyProxy

@Suite("The nodes of a running proxy change", .timeLimit(.minutes(1)))
struct NodeChangesTests {
    /// Two nodes and a proxy, which is changed as it runs.
    func withTwoNodes(
        _ behavior: Behavior = .unprobed,
        _ body: (_ proxy: ProxyServer, _ one: TestNode, _ two: TestNode) async throws -> Void
    ) async throws {
        let (one, two) = (try await TestNode.start("n1"), try await TestNode.start("n2"))
        try await withProxyServer([one.proxyNode, two.proxyNode], behavior) { try await body($0, one, two) }
        await one.kill()
        await two.kill()
    }

    /// The nodes that new clients get.
    func newcomers(of proxy: ProxyServer) async throws -> Set<String> {
        var nodes: Set<String> = []
        for _ in 0..<6 { nodes.insert(try await proxy.listen.fetch("/").body) }
        return nodes
    }

    @Test("a node that drains keeps its clients and their tunnels, and gets no new ones")
    func drain() async throws {
        try await withTwoNodes { proxy, one, _ in
            let first = try await proxy.listen.fetch("/")
            let cookie = try #require(first.affinityCookie)
            #expect(first.body == "n1")
            let tunnel = try await proxy.listen.connect()
            try await tunnel.upgrade("/", cookie: cookie)
            #expect(try await tunnel.response().status == 101)
            try proxy.drain("n1")
            #expect(try await newcomers(of: proxy) == ["n2"])
            #expect(try await proxy.listen.fetch("/", cookie: cookie).body == "n1")
            let reports = try await proxy.nodes()
            #expect(reports.map(\.id) == ["n1", "n2"])
            #expect(reports.map(\.state) == [.draining, .serving])
            #expect(reports.map(\.load.tunnels) == [1, 0])
            #expect(reports.map(\.address) == [one.endpoint.description, reports[1].address])
            try proxy.undrain("n1")
            #expect(try await newcomers(of: proxy) == ["n1", "n2"])
            await tunnel.close()
        }
    }

    @Test("a node that leaves finishes what it has begun, but for its tunnels; its clients go to others")
    func remove() async throws {
        let (one, two) = (try await RawServer.start(), try await TestNode.start("n2"))
        try await withProxyServer([ProxyNode(id: "n1", endpoint: one.endpoint), two.proxyNode]) { proxy in
            let (client, tunnel) = (try await proxy.listen.connect(), try await proxy.listen.connect())
            try await client.request("POST", "/", body: "x")
            let side = try await one.accept()
            _ = try await side.read(through: "\r\n\r\nx")
            var tokens = NodeTokens()
            let id = tokens.add("n1")
            let pinned = tokens.value(node: id, client: "0000000000000001")
            try await tunnel.upgrade("/", cookie: "sticklersrv=\(pinned)")
            let tunnelSide = try await one.accept()
            _ = try await tunnelSide.read(through: "\r\n\r\n")
            try await tunnelSide.write(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
            #expect(try await tunnel.response().status == 101)
            try await proxy.remove("n1")
            #expect(await tunnel.readToEnd().readableBytes == 0)
            try await side.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            #expect(try await client.response().body == "ok")
            #expect(try await proxy.listen.fetch("/", cookie: "sticklersrv=\(pinned)").body == "n2")
            #expect(try await newcomers(of: proxy) == ["n2"])
            #expect(try await proxy.nodes().map(\.id) == ["n2"])
            await client.close()
        }
        await one.stop()
        await two.kill()
    }

    @Test("a node that comes gets clients once a check has found it healthy")
    func add() async throws {
        let behavior = Behavior.reference.with { $0.health.probe?.interval = .milliseconds(20) }
        let late = try await TestNode.start("n3")
        try await withTwoNodes(behavior) { proxy, _, _ in
            try await proxy.add(ProxyNode(id: "dead", endpoint: .nobody))
            try await proxy.add(late.proxyNode)
            await #expect(throws: RosterError.duplicateNode("n3")) { try await proxy.add(late.proxyNode) }
            while try await !newcomers(of: proxy).contains("n3") {}
            #expect(try await newcomers(of: proxy) == ["n1", "n2", "n3"])
            let states = try await proxy.nodes().map(\.state)
            #expect(states == [.serving, .serving, .joining, .serving])
            try await proxy.remove("n3")
            #expect(try await newcomers(of: proxy) == ["n1", "n2"])
        }
        await late.kill()
    }
}
