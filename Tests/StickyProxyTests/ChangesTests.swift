import Testing

@testable import StickyProxy

@Suite("What clients feel of changes is a knob each")
struct ChangesTests {
    typealias Bench = RosterTests.Bench

    static let draining: [(rule: Behavior.Changes.Draining, own: [String], newcomers: Set<String>)] = [
        (.itsClients, ["n2"], ["n1", "n3"]), (.nobody, ["n1", "n3"], ["n1", "n3"]),
        (.everybody, ["n2"], ["n1", "n2", "n3"]),
    ]

    @Test("a node that drains has its clients, nobody or all as before", arguments: draining.indices)
    func drain(_ row: Int) throws {
        let row = Self.draining[row]
        var bench = Bench { $0.changes.draining = row.rule }
        let old = bench.client(of: "n2")
        try bench.machine.drain("n2")
        let node = try #require(bench.ask(old).node)
        #expect(row.own.contains(node))
        #expect(bench.newcomers() == row.newcomers)
    }

    @Test("a node that comes gets clients, or none before it is undrained", arguments: [true, false])
    func newNodes(_ serve: Bool) throws {
        var bench = Bench { $0.changes.newNodes = serve ? .serving : .draining }
        _ = try bench.machine.add(RosterTests.node("n4"))
        #expect(bench.newcomers().contains("n4") == serve)
        try bench.machine.undrain("n4")
        #expect(bench.newcomers().contains("n4"))
    }

    static let table = Behavior.Affinity.Rule.table(of: .cookie(.init()), capacity: 100)

    /// Where ten clients go again, in the other order, after something happened.
    static func moved(_ bench: inout Bench, by change: (inout BalancerMachine) throws -> Void) rethrows -> Int {
        let clients = (0..<10).map { _ in bench.ask() }
        try change(&bench.machine)
        return clients.reversed().count { client in bench.ask(client.cookie).node != client.node }
    }

    @Test("a reload, a node that comes and one that leaves move nobody else, unless clients are forgotten then")
    func forgotten() throws {
        var kept = Bench { $0.affinity.rule = Self.table }
        #expect(Self.moved(&kept) { $0.reload($0.behavior) } == 0)
        #expect(try Self.moved(&kept) { _ = try $0.add(RosterTests.node("n4")) } == 0)
        var byReload = Bench {
            $0.affinity.rule = Self.table
            $0.changes.clientsOnReload = .forgotten
        }
        #expect(Self.moved(&byReload) { $0.reload($0.behavior) } > 0)
        #expect(try Self.moved(&byReload) { _ = try $0.add(RosterTests.node("n4")) } == 0)
        var byRoster = Bench {
            $0.affinity.rule = Self.table
            $0.changes.clientsOnRosterChange = .forgotten
        }
        #expect(Self.moved(&byRoster) { $0.reload($0.behavior) } == 0)
        #expect(try Self.moved(&byRoster) { _ = try $0.add(RosterTests.node("n4")) } > 0)
    }

    @Test("by a hash modulo the nodes most clients move when one comes, by a consistent one few")
    func modulo() throws {
        func moved(_ hash: Behavior.Affinity.Hash) throws -> Int {
            var bench = Bench { $0.affinity.rule = .hash(of: .address, hash) }
            let addresses = (1...200).map { "10.0.0.\($0)" }
            let before = addresses.map { bench.ask(address: $0).node }
            _ = try bench.machine.add(RosterTests.node("n4"))
            return zip(addresses, before).count { bench.ask(address: $0).node != $1 }
        }
        #expect(try (120...180).contains(moved(.modulo)))
        #expect(try (25...75).contains(moved(.rendezvous)))
    }

    @Test("a client of a node that left is refused where its cookie is kept to for good")
    func refusedForGood() throws {
        var bench = Bench { $0.affinity.deadNode = .refusedForGood }
        let old = bench.client(of: "n2")
        _ = try bench.machine.remove("n2")
        #expect(bench.ask(old).node == nil)
        #expect(bench.newcomers() == ["n1", "n3"])
    }
}
