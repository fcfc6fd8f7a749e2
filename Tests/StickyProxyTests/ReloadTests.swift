import Clocks
import NIOCore
import Testing
import Wire

@testable import StickyProxy

@Suite("A proxy goes by another behavior while it runs", .timeLimit(.minutes(1)))
struct ReloadTests {
    // MARK: What is remembered

    static let start = MonotonicClock.now

    /// A balancer of three nodes after one client came, and its cookie.
    static func machine(
        _ change: (inout Behavior) -> Void = { _ in }
    ) -> (machine: BalancerMachine, node: NodeID?, cookie: String?) {
        var machine = BalancerMachine(nodes: ["n1", "n2", "n3"], behavior: .unprobed.with(change))
        _ = machine.route(.init(), at: start, random: 1)
        guard case .node(let node, let cookie) = machine.route(.init(session: "s"), at: start, random: 2) else {
            return (machine, nil, nil)
        }
        return (machine, node, cookie)
    }

    static func node(_ machine: inout BalancerMachine, _ key: String?, session: Substring? = nil) -> NodeID? {
        machine.route(.init(key: key.map { $0[...] }, session: session), at: start, random: 3).node
    }

    static let keeping: [(what: String, before: Behavior.Affinity.Rule, after: Behavior.Affinity.Rule)] = [
        ("the same", .cookie(.init()), .cookie(.init())),
        ("a cookie that is written in another way", .cookie(.init()), .cookie(cookie { $0.isRefreshed = true })),
        ("a cookie of another name", .cookie(.init()), .cookie(cookie { $0.name = "other" })),
        (
            "a table of another size", .table(of: .cookie(.init()), capacity: 9),
            .table(of: .cookie(cookie { $0.path = "/a" }), capacity: 8)
        ),
    ]

    static func cookie(_ change: (inout Behavior.Affinity.Cookie) -> Void) -> Behavior.Affinity.Cookie {
        var cookie = Behavior.Affinity.Cookie()
        change(&cookie)
        return cookie
    }

    @Test("a client keeps its node under an affinity that knows it by the same", arguments: keeping.indices)
    func keeps(_ row: Int) {
        let row = Self.keeping[row]
        var (machine, node, cookie) = Self.machine { $0.affinity.rule = row.before }
        machine.reload(.unprobed.with { $0.affinity.rule = row.after })
        #expect(node != nil)
        for _ in 0..<3 { #expect(Self.node(&machine, cookie) == node, "\(row.what)") }
    }

    @Test("who was moved off a dead node stays where it is, with the old cookie too")
    func keepsMoved() throws {
        var (machine, node, cookie) = Self.machine { $0.health.connectFall = 1 }
        let victim = try #require(node)
        _ = machine.failedToConnect(victim, begun: Self.start, at: Self.start)
        let moved = Self.node(&machine, cookie)
        machine.reload(
            .unprobed.with {
                $0.health.connectFall = 9
                $0.affinity.cookie?.path = "/app"
            })
        _ = machine.connected(victim)
        #expect(moved != victim)
        for _ in 0..<3 { #expect(Self.node(&machine, cookie) == moved) }
    }

    @Test("what nodes and addresses have is counted on where it still matters, by the new limits")
    func places() {
        let one = ProxySnapshot(
            .reference.with { ($0.limits.requestsPerNode, $0.limits.connectionsPerAddress) = (1, 1) })
        let two = ProxySnapshot(
            .reference.with { ($0.limits.requestsPerNode, $0.limits.connectionsPerAddress) = (2, 2) }, after: one)
        var held = [one.places?.take(on: 0, for: .request)]
        held.append(two.places?.take(on: 0, for: .request))
        #expect(held.allSatisfy { $0 != nil })
        #expect(two.places?.take(on: 0, for: .request) == nil)
        #expect(one.addressPlaces?.take("a") == true)
        #expect(two.addressPlaces?.take("a") == true)
        #expect(two.addressPlaces?.take("a") == false)
        #expect(ProxySnapshot(.reference, after: two).places == nil)
    }

    @Test("sessions in URLs are remembered, unless the new affinity remembers none")
    func sessions() {
        var (machine, node, _) = Self.machine()
        machine.reload(.unprobed.with { $0.affinity.rule = .hash(of: .address) })
        for _ in 0..<3 { #expect(Self.node(&machine, nil, session: "s") == node) }
        machine.reload(.unprobed.with { $0.affinity.rule = .none })
        #expect(Set((0..<3).map { _ in Self.node(&machine, nil, session: "s") }).count == 3)
    }

    @Test("a rule of another kind begins with nothing, and knows every node")
    func otherRule() {
        var (machine, _, cookie) = Self.machine()
        machine.reload(.unprobed.with { $0.affinity.rule = .header("x-node") })
        #expect(Self.node(&machine, "n3") == 2)
        #expect(Set((0..<3).map { _ in Self.node(&machine, cookie) }).count == 3)
    }

    @Test("without checks a node that waits for one joins, and one that they found down serves")
    func withoutProbes() throws {
        var machine = BalancerMachine(
            nodes: ["n1"], behavior: .reference.with { $0.health.probe?.fall = 1 })
        _ = machine.probed(0, healthy: false)
        _ = try machine.add(ProxyNode(id: "n2", endpoint: .nobody))
        machine.reload(.unprobed)
        #expect(Set((0..<4).map { _ in Self.node(&machine, nil) }) == [0, 1])
    }

    // MARK: What is under way

    @Test("a request under way keeps the behavior under which it began, and the next one on its connection does not")
    func exchange() async throws {
        try await withTwo { proxy, server in
            let client = try await proxy.listen.connect()
            try await client.request("GET", "/")
            let node = try await server.accept()
            _ = try await node.read(through: "\r\n\r\n")
            try await proxy.reload(.unprobed.with { $0.headers.added = [.init("X-New", "1")] })
            let answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
            try await node.write(ByteBuffer(string: answer))
            #expect(try await client.response().values("x-new") == [])
            try await client.request("GET", "/")
            _ = try await node.read(through: "\r\n\r\n")
            try await node.write(ByteBuffer(string: answer))
            #expect(try await client.response().values("x-new") == ["1"])
            await client.close()
        }
    }

    @Test("a tunnel lives on by the limits under which it was opened; a new one goes by the new ones")
    func tunnel() async throws {
        try await withTwo { proxy, server in
            func open() async throws -> (client: RawConnection, node: RawConnection) {
                let client = try await proxy.listen.connect()
                try await client.upgrade("/")
                let node = try await server.accept()
                _ = try await node.read(through: "\r\n\r\n")
                try await node.write(
                    ByteBuffer(string: "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"))
                #expect(try await client.response().status == 101)
                return (client, node)
            }
            let old = try await open()
            try await proxy.reload(.unprobed.with { $0.limits.tunnelIdle = .milliseconds(50) })
            let new = try await open()
            #expect(await new.client.readToEnd().readableBytes == 0)
            try await old.node.write(ByteBuffer(string: "still there"))
            #expect(try await old.client.read(count: 11) == "still there")
            for side in [old.client, old.node, new.client, new.node] { await side.close() }
        }
    }

    /// A proxy in front of one node that the test plays.
    func withTwo(_ body: (ProxyServer, RawServer) async throws -> Void) async throws {
        let server = try await RawServer.start()
        try await withProxyServer([ProxyNode(id: "n1", endpoint: server.endpoint)]) { try await body($0, server) }
        await server.stop()
    }

    @Test("checks go by the new rules, begin, and end")
    func probes() async throws {
        let server = try await RawServer.start()
        let probed = Behavior.reference.with {
            $0.health.probe?.path = "/new"
            $0.health.probe?.interval = .seconds(600)
            $0.health.probe?.timeout = .seconds(600)
        }
        try await withProxyServer([ProxyNode(id: "n1", endpoint: server.endpoint)], .unprobed) { proxy in
            try await proxy.reload(probed)
            let check = try await server.accept()
            #expect(try await check.read(through: "\r\n\r\n").hasPrefix("GET /new "))
            try await proxy.reload(.unprobed)
            try await proxy.reload(probed.with { $0.health.probe?.path = "/newer" })
            let next = try await server.accept()
            #expect(try await next.read(through: "\r\n\r\n").hasPrefix("GET /newer "))
            await check.close()
            await next.close()
        }
        await server.stop()
    }
}
