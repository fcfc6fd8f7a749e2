import Clocks
import Testing
import Wire

@testable import StickyProxy

@Suite("Nodes come and go")
struct RosterTests {
    static let start = MonotonicClock.now

    static func node(_ name: String) -> ProxyNode {
        ProxyNode(id: name, endpoint: Endpoint(host: "127.0.0.1", port: 1))
    }

    /// Three nodes and the clients that came to them.
    struct Bench {
        var machine: BalancerMachine

        init(_ change: (inout Behavior) -> Void = { _ in }) {
            machine = BalancerMachine(nodes: ["n1", "n2", "n3"], behavior: .unprobed.with(change))
        }

        /// Where a request goes, and the client's cookie after the answer.
        mutating func ask(
            _ cookie: String? = nil, session: String? = nil, address: String? = nil
        ) -> (node: String?, cookie: String?) {
            let query = BalancerMachine.Query(
                key: (cookie ?? address).map { $0[...] }, session: session.map { $0[...] })
            let route = machine.route(query, at: RosterTests.start, random: .random(in: 0...(.max)))
            guard case .node(let node, let setCookie) = route else { return (nil, cookie) }
            return (machine.roster[node].node.id, setCookie ?? cookie)
        }

        /// A client of this node.
        mutating func client(of name: String) -> String? {
            for _ in 0..<9 {
                let answer = ask()
                if answer.node == name { return answer.cookie }
            }
            return nil
        }

        /// Where new clients go, nine in all.
        mutating func newcomers() -> Set<String> { Set((0..<9).compactMap { _ in ask().node }) }
    }

    @Test("one that drains keeps its clients and gets no new ones, until it serves again")
    func drain() throws {
        var bench = Bench()
        let old = bench.client(of: "n2")
        try bench.machine.drain("n2")
        #expect(bench.newcomers() == ["n1", "n3"])
        #expect(bench.ask(old) == ("n2", old))
        try bench.machine.undrain("n2")
        #expect(bench.newcomers() == ["n1", "n2", "n3"])
        #expect(bench.ask(old) == ("n2", old))
    }

    @Test("a session without a cookie stays on the one that drains")
    func drainOfSessions() throws {
        var bench = Bench()
        let node = bench.ask(session: "s").node ?? "none"
        try bench.machine.drain(node)
        for _ in 0..<3 { #expect(bench.ask(session: "s").node == node) }
    }

    @Test("one that drains is down like any other")
    func drainingAndDown() throws {
        var bench = Bench { $0.health.connectFall = 1 }
        let old = bench.client(of: "n2")
        try bench.machine.drain("n2")
        _ = bench.machine.failedToConnect(1, begun: Self.start, at: Self.start)
        #expect(bench.ask(old).node != "n2")
    }

    @Test("the clients of one that left go to others and stay there, with the old cookie too; nobody else's do")
    func remove() throws {
        var bench = Bench()
        let (gone, other) = (bench.client(of: "n2"), bench.client(of: "n3"))
        #expect(try bench.machine.remove("n2") == 1)
        let moved = bench.ask(gone)
        #expect(moved.node == "n1" || moved.node == "n3")
        #expect(moved.cookie != gone)
        for _ in 0..<3 {
            #expect(bench.ask(gone).node == moved.node)
            #expect(bench.ask(moved.cookie) == moved)
            #expect(bench.ask(other) == ("n3", other))
        }
        #expect(bench.newcomers() == ["n1", "n3"])
    }

    @Test(
        "whoever would wait for a dead node does not wait for one that left",
        arguments: [
            Behavior.Affinity.DeadNode.refused, .lent, .rehomedLate(.seconds(9)),
        ])
    func removeOfNoReturn(_ rule: Behavior.Affinity.DeadNode) throws {
        var bench = Bench { $0.affinity.deadNode = rule }
        let old = bench.client(of: "n2")
        _ = try bench.machine.remove("n2")
        let moved = bench.ask(old)
        #expect(moved.node != nil)
        #expect(moved.cookie != old)
    }

    @Test("while no node is up, one that drains is tried for its own clients only, and a new one for nobody")
    func lastResort() throws {
        var bench = Bench {
            $0.health.probe = Behavior.Health.Probe()
            $0.health.probe?.fall = 1
        }
        let old = bench.client(of: "n2")
        try bench.machine.drain("n2")
        _ = try bench.machine.add(Self.node("n4"))
        for node: NodeID in [0, 1, 2] { _ = bench.machine.probed(node, healthy: false) }
        func tried(_ cookie: String?) -> NodeID? {
            let query = BalancerMachine.Query(key: cookie.map { $0[...] })
            guard case .lastResort(let node, _) = bench.machine.route(query, at: Self.start, random: 1) else {
                return nil
            }
            return node
        }
        #expect(tried(old) == 1)
        #expect(Set((0..<6).map { _ in tried(nil) }) == [0, 2])
    }

    @Test("one that no check has found healthy has nothing to drain")
    func drainOfJoining() throws {
        var bench = Bench { $0.health.probe = Behavior.Health.Probe() }
        _ = try bench.machine.add(Self.node("n4"))
        #expect(throws: RosterError.hasNoClients("n4")) { try bench.machine.drain("n4") }
        #expect(RosterError.hasNoClients("n4").description.contains("\"n4\" healthy yet"))
        #expect(bench.newcomers() == ["n1", "n2", "n3"])
    }

    @Test("the last one left: there is no node, and not one that left is tried")
    func removeAll() throws {
        var bench = Bench()
        let old = bench.client(of: "n2")
        for name in ["n1", "n2", "n3"] { _ = try bench.machine.remove(name) }
        for cookie in [nil, old] {
            let query = BalancerMachine.Query(key: cookie.map { $0[...] })
            #expect(bench.machine.route(query, at: Self.start, random: 1) == .noNode)
        }
    }

    @Test("a new one gets its share, and moves nobody")
    func add() throws {
        var bench = Bench()
        let clients = (0..<30).map { _ in bench.ask() }
        #expect(try bench.machine.add(Self.node("n4")) == 3)
        for client in clients { #expect(bench.ask(client.cookie) == client) }
        #expect(bench.newcomers() == ["n1", "n2", "n3", "n4"])
    }

    @Test("a new one that is checked gets nothing before it is found healthy")
    func join() throws {
        var bench = Bench { $0.health.probe = Behavior.Health.Probe() }
        let id = try bench.machine.add(Self.node("n4"))
        #expect(bench.newcomers() == ["n1", "n2", "n3"])
        _ = bench.machine.probed(id, healthy: false)
        #expect(bench.newcomers() == ["n1", "n2", "n3"])
        _ = bench.machine.probed(id, healthy: true)
        #expect(bench.newcomers() == ["n1", "n2", "n3", "n4"])
    }

    @Test("one that comes back under its name gets its clients' cookies, and no number of another's")
    func comeBack() throws {
        var bench = Bench()
        let old = bench.client(of: "n2")
        _ = try bench.machine.remove("n2")
        #expect(try bench.machine.add(Self.node("n2")) == 3)
        #expect(bench.ask(old) == ("n2", old))
        #expect(bench.machine.roster.present == [0, 2, 3])
    }

    @Test("by the hash of an address only the clients of the one that left move")
    func removeOfHashed() throws {
        var bench = Bench { $0.affinity.rule = .hash(of: .address) }
        let addresses = (1...60).map { "10.0.0.\($0)" }
        let before = addresses.map { bench.ask(address: $0).node }
        _ = try bench.machine.remove("n2")
        let after = addresses.map { bench.ask(address: $0).node }
        for (before, after) in zip(before, after) { #expect(before == "n2" ? after != "n2" : after == before) }
        _ = try bench.machine.add(Self.node("n2"))
        #expect(addresses.map { bench.ask(address: $0).node } == before)
    }

    @Test("spare nodes are the last of those that have not left")
    func backups() throws {
        var bench = Bench { $0.distribution.backups = 1 }
        #expect(bench.newcomers() == ["n1", "n2"])
        try bench.machine.drain("n1")
        #expect(bench.newcomers() == ["n2", "n3"])
        try bench.machine.undrain("n1")
        _ = try bench.machine.remove("n3")
        #expect(bench.newcomers() == ["n1"])
        _ = try bench.machine.remove("n1")
        #expect(bench.newcomers() == ["n2"])
    }

    @Test("what can't be done is said with the names that there are")
    func errors() throws {
        var bench = Bench()
        #expect(throws: RosterError.unknownNode("n9", present: ["n1", "n2", "n3"])) { try bench.machine.drain("n9") }
        #expect(throws: RosterError.duplicateNode("n1")) { _ = try bench.machine.add(Self.node("n1")) }
        _ = try bench.machine.remove("n1")
        #expect(throws: RosterError.unknownNode("n1", present: ["n2", "n3"])) { try bench.machine.undrain("n1") }
        let errors = [
            RosterError.unknownNode("n9", present: ["n1", "n2"]).description,
            RosterError.unknownNode("n9", present: []).description, RosterError.duplicateNode("n1").description,
        ]
        #expect(
            errors == [
                "there is no node \"n9\"; there are n1, n2", "there is no node \"n9\"; there are none",
                "there is a node \"n1\" already; remove it first, or take another name",
            ])
    }
}
