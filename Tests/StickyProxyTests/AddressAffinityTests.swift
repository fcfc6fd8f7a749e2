import Clocks
import Testing

@testable import StickyProxy

@Suite("Affinity by the client's address")
struct AddressAffinityTests {
    let start = MonotonicClock.now

    func machine(_ rule: Behavior.Affinity.Rule, nodes: Int = 3) -> BalancerMachine {
        BalancerMachine(
            nodes: (1...nodes).map { "n\($0)" },
            behavior: .reference.with {
                $0.health.probe?.fall = 1
                $0.health.probe?.rise = 1
                $0.affinity.rule = rule
            })
    }

    /// The node of a request from this address; nil too where a cookie would be set.
    func node(
        _ machine: inout BalancerMachine, _ address: String?, session: Substring? = nil, excluded: Set<NodeID> = []
    ) -> NodeID? {
        let query = BalancerMachine.Query(key: address.map { $0[...] }, session: session, excluded: excluded)
        guard case .node(let node, setCookie: nil) = machine.route(query, at: start, random: 1) else { return nil }
        return node
    }

    /// What happens, and to which nodes each of three requests of one address goes then.
    static let table: [(what: String, answers: [(node: NodeID, address: String)], expected: [NodeID?])] = [
        ("nothing is answered yet", [], [0, 1, 2]),
        ("another address is answered", [(1, "b")], [0, 1, 2]),
        ("the address is answered", [(1, "a")], [1, 1, 1]),
        ("several of its requests are answered: the first one decides", [(2, "a"), (0, "a"), (1, "a")], [2, 2, 2]),
        ("the table, of one place, forgets it for another", [(1, "a"), (2, "b")], [0, 1, 2]),
    ]

    @Test("a table knows an address from its first answer on", arguments: table.indices)
    func learns(_ row: Int) {
        let row = Self.table[row]
        var machine = machine(.table(of: .address, capacity: 1))
        for answer in row.answers { machine.answered(answer.node, to: answer.address[...], at: start) }
        #expect((0..<3).map { _ in node(&machine, "a") } == row.expected, "\(row.what)")
    }

    @Test("a table keeps an address on the node to which it moved from a dead one")
    func moves() throws {
        var machine = machine(.table(of: .address, capacity: 9))
        machine.answered(0, to: "a", at: start)
        _ = machine.probed(0, healthy: false)
        let moved = try #require(node(&machine, "a"))
        #expect(moved != 0)
        machine.answered(moved, to: "a", at: start)
        _ = machine.probed(0, healthy: true)
        for _ in 0..<3 { #expect(node(&machine, "a") == moved) }
    }

    /// Addresses of clients as they often are: neighbours in one network.
    static let addresses = (0..<300).map { "192.0.2.\($0)" }

    @Test("a hash leads each address to one node from the first request on, and each node gets its share")
    func hash() {
        var machine = machine(.hash(of: .address))
        var counts = [0, 0, 0]
        for address in Self.addresses {
            let nodes = Set((0..<6).map { _ in node(&machine, address) })
            #expect(nodes.count == 1)
            if let node = nodes.first ?? nil { counts[node.number] += 1 }
        }
        #expect(counts.allSatisfy { $0 > 60 }, "\(counts)")
    }

    @Test("with a hash only the clients of a dead node move, and they return with it")
    func rehash() {
        var machine = machine(.hash(of: .address))
        let before = Self.addresses.map { node(&machine, $0) }
        _ = machine.probed(2, healthy: false)
        let without = Self.addresses.map { node(&machine, $0) }
        for (old, new) in zip(before, without) { #expect(old == 2 ? new != 2 && new != nil : new == old) }
        #expect(Set(zip(before, without).filter { $0.0 == 2 }.map { $0.1 }) == [0, 1])
        _ = machine.probed(2, healthy: true)
        #expect(Self.addresses.map { node(&machine, $0) } == before)
    }

    @Test(
        "a node that can't be reached is left out",
        arguments: [Behavior.Affinity.Rule.hash(of: .address), .table(of: .address, capacity: 9)])
    func excluded(_ rule: Behavior.Affinity.Rule) throws {
        var machine = machine(rule)
        machine.answered(1, to: "a", at: start)
        let own = try #require(node(&machine, "a"))
        #expect(node(&machine, "a", excluded: [own]) != own)
        #expect(node(&machine, "a", excluded: [0, 1, 2]) == nil)
        #expect(node(&machine, nil) != nil)
    }

    @Test("a session URL that is known comes first")
    func session() throws {
        var machine = machine(.table(of: .address, capacity: 9))
        let opened = try #require(node(&machine, "a", session: "s"))
        let next = NodeID((opened.number + 1) % 3)
        machine.answered(next, to: "a", at: start)
        #expect(node(&machine, "a", session: "s") == opened)
        #expect(node(&machine, "a", session: "t") == next)
    }

    @Test("with no node up, one that is down is tried, and no cookie is set")
    func lastResort() {
        var machine = machine(.hash(of: .address))
        for node: NodeID in [0, 1, 2] { _ = machine.probed(node, healthy: false) }
        guard case .lastResort(_, setCookie: nil) = machine.route(.init(key: "a"), at: start, random: 1) else {
            Issue.record("no node is tried")
            return
        }
    }

    @Test("without the knob an address decides nothing")
    func none() {
        var machine = machine(.cookie(.init()))
        machine.answered(1, to: "a", at: start)
        let query = BalancerMachine.Query(key: "a")
        let routes = (0..<3).map { _ in machine.route(query, at: start, random: 1) }
        let nodes: [NodeID?] = routes.map { if case .node(let node, setCookie: .some) = $0 { node } else { nil } }
        #expect(nodes == [0, 1, 2])
    }
}
