import Clocks
import Testing

@testable import StickyProxy

@Suite("The balancer decides")
struct BalancerMachineTests {
    let start = MonotonicClock.now

    func machine(_ change: (inout Behavior) -> Void = { _ in }) -> BalancerMachine {
        let behavior = Behavior.reference.with {
            $0.health.probe?.fall = 2
            change(&$0)
        }
        return BalancerMachine(nodes: ["n1", "n2", "n3"], behavior: behavior)
    }

    /// The node and the cookie of a route.
    func use(
        _ machine: inout BalancerMachine, cookie: String? = nil, session: String? = nil, pinned: NodeID? = nil,
        excluded: Set<NodeID> = [], at offset: Duration = .zero
    ) -> (node: NodeID?, cookie: String?) {
        let query = BalancerMachine.Query(
            key: cookie.map { $0[...] }, session: session.map { $0[...] }, excluded: excluded, pinned: pinned)
        guard
            case .node(let node, let cookie) = machine.route(
                query, at: start + offset, random: .random(in: 0...(.max)))
        else { return (nil, nil) }
        return (node, cookie)
    }

    func probesFail(_ machine: inout BalancerMachine, _ node: NodeID) {
        for _ in 0..<2 { _ = machine.probed(node, healthy: false) }
    }

    func probesSucceed(_ machine: inout BalancerMachine, _ node: NodeID) {
        for _ in 0..<2 { _ = machine.probed(node, healthy: true) }
    }

    @Test("new clients go round and each gets a cookie")
    func roundRobin() {
        var machine = machine()
        let routes = (0..<4).map { _ in use(&machine) }
        #expect(routes.map(\.node) == [0, 1, 2, 0])
        #expect(routes.allSatisfy { $0.cookie != nil })
    }

    @Test("a cookie leads to its node and isn't set again")
    func cookie() {
        var machine = machine()
        let first = use(&machine)
        for _ in 0..<3 {
            let later = use(&machine, cookie: first.cookie)
            #expect(later.node == first.node)
            #expect(later.cookie == nil)
        }
    }

    @Test("a cookie survives a restart of the proxy")
    func restart() {
        var (before, after) = (machine(), machine())
        _ = use(&before)
        let second = use(&before)
        #expect(use(&after, cookie: second.cookie).node == 1)
    }

    @Test("a cookie of nobody's is replaced", arguments: ["", "deadbeef", ".", "0123456789abcdef.0123456789abcdef"])
    func unknown(_ value: String) throws {
        var machine = machine()
        let first = use(&machine, cookie: value)
        let cookie = try #require(first.cookie)
        #expect(use(&machine, cookie: cookie).node == first.node)
        machine = self.machine { $0.affinity.unknownKey = .refused }
        #expect(machine.route(.init(key: value[...]), at: start, random: 1) == .refused)
    }

    @Test("a session URL leads to its node; a cookie wins over it")
    func session() {
        var machine = machine()
        let first = use(&machine, session: "s1")
        let second = use(&machine)
        #expect(use(&machine, session: "s1").node == first.node)
        #expect(use(&machine, cookie: second.cookie, session: "s1").node == second.node)
    }

    @Test("the client of a dead node moves, also if it shows the old cookie, and stays when the node returns")
    func rehome() throws {
        var machine = machine()
        let old = use(&machine)
        probesFail(&machine, 0)
        let moved = use(&machine, cookie: old.cookie)
        let node = try #require(moved.node)
        let cookie = try #require(moved.cookie)
        #expect(node != 0)
        for _ in 0..<3 { #expect(use(&machine, cookie: old.cookie).node == node) }
        #expect(use(&machine, cookie: cookie).cookie == nil)
        probesSucceed(&machine, 0)
        #expect(use(&machine, cookie: cookie).node == node)
        #expect(use(&machine, cookie: old.cookie).node == node)
        #expect(use(&machine).node != nil)
    }

    @Test("who moved moves again when the new node dies")
    func rehomeTwice() throws {
        var machine = machine()
        let old = use(&machine)
        probesFail(&machine, 0)
        let moved = try #require(use(&machine, cookie: old.cookie).node)
        probesFail(&machine, moved)
        let last = try #require(use(&machine, cookie: old.cookie).node)
        #expect(last != 0 && last != moved)
    }

    @Test("with dead nodes kept, a cookie of one is refused until it is back; others are served")
    func deadKept() {
        var machine = machine { $0.affinity.deadNode = .refused }
        let old = use(&machine)
        probesFail(&machine, 0)
        #expect(use(&machine, cookie: old.cookie).node == nil)
        #expect(use(&machine).node != nil)
        probesSucceed(&machine, 0)
        #expect(use(&machine, cookie: old.cookie).node == 0)
    }

    @Test("lent, a client of a dead node is kept on one other node without its cookie, and goes back")
    func lent() throws {
        var machine = machine { $0.affinity.deadNode = .lent }
        let old = use(&machine)
        probesFail(&machine, 0)
        let lent = use(&machine, cookie: old.cookie)
        #expect(lent.node == 1)
        #expect(lent.cookie == nil)
        #expect(use(&machine).node == 2)
        #expect(use(&machine, cookie: old.cookie).node == 1)
        probesSucceed(&machine, 0)
        #expect(use(&machine, cookie: old.cookie).node == 0)
    }

    @Test("rehomed late, a cookie of a dead node is refused for a while from its first use, then leads elsewhere")
    func rehomedLate() {
        var machine = machine { $0.affinity.deadNode = .rehomedLate(.seconds(6)) }
        let old = use(&machine)
        probesFail(&machine, 0)
        #expect(use(&machine, cookie: old.cookie, at: .seconds(3)).node == nil)
        #expect(use(&machine, cookie: old.cookie, at: .milliseconds(8_999)).node == nil)
        #expect(use(&machine, cookie: old.cookie, at: .seconds(9)).node == 1)
    }

    @Test("probes take a node down after two failures in a row and bring it back after two successes")
    func fallAndRise() {
        var machine = machine()
        #expect(machine.probed(0, healthy: false) == nil)
        #expect(machine.probed(0, healthy: true) == nil)
        #expect(machine.probed(0, healthy: false) == nil)
        let down = machine.probed(0, healthy: false)
        #expect(down == .init(node: 0, change: .down, endsExchanges: true, endsTunnels: .node))
        #expect(machine.probed(0, healthy: false) == nil)
        #expect(machine.probed(0, healthy: true) == nil)
        #expect(machine.probed(0, healthy: true) == .init(node: 0, change: .up))
    }

    /// This many connects to a node fail, one after the other, a millisecond each.
    func connectsFail(_ machine: inout BalancerMachine, _ node: NodeID, _ count: Int = 4, at offset: Duration = .zero)
        -> BalancerMachine.Effects?
    {
        var effects: BalancerMachine.Effects?
        for index in 0..<count {
            let begun = start + offset + .milliseconds(index)
            effects = machine.failedToConnect(node, begun: begun, at: begun + .milliseconds(1))
        }
        return effects
    }

    @Test("four failed connects in a row take a node down, but cut nothing")
    func connectFailure() {
        var machine = machine()
        #expect(connectsFail(&machine, 0, 3) == nil)
        #expect(Set((0..<3).map { _ in use(&machine).node }) == [0, 1, 2])
        #expect(connectsFail(&machine, 0, 1, at: .seconds(1)) == .init(node: 0, change: .down))
        #expect((0..<4).map { _ in use(&machine).node } == [1, 2, 1, 2])
        #expect(use(&machine, at: .seconds(3600)).node != 0)
        probesSucceed(&machine, 0)
        #expect((0..<3).contains { _ in use(&machine).node == 0 })
    }

    @Test("a connect or a probe in between starts the count anew, and a connect brings the node back")
    func connectBetween() {
        for isProbe in [false, true] {
            var machine = machine()
            #expect(connectsFail(&machine, 0, 3) == nil)
            _ = isProbe ? machine.probed(0, healthy: true) : machine.connected(0)
            #expect(connectsFail(&machine, 0, 3, at: .seconds(1)) == nil)
            #expect(connectsFail(&machine, 0, 1, at: .seconds(2))?.change == .down)
            #expect(machine.connected(0) == .init(node: 0, change: .up))
        }
    }

    @Test("connects that waited together and fail together count as one")
    func connectsTogether() {
        var machine = machine()
        for index in 0..<100 {
            #expect(machine.failedToConnect(0, begun: start, at: start + .milliseconds(1000 + index)) == nil)
        }
        #expect(connectsFail(&machine, 0, 2, at: .seconds(2)) == nil)
        #expect(connectsFail(&machine, 0, 1, at: .seconds(3))?.change == .down)
    }

    @Test("a probe without an answer counts, unless the node has answered a request since it began")
    func slowNode() {
        for answers in [false, true] {
            var machine = machine()
            var change: NodeHealth.Change?
            for index in 0..<2 {
                let begun = start + .seconds(index)
                if answers { machine.answered(0, at: begun + .milliseconds(900)) }
                change = machine.probeUnanswered(0, begun: begun)?.change
            }
            #expect(change == (answers ? nil : .down))
            for _ in 0..<2 { change = machine.probed(0, healthy: false)?.change ?? change }
            #expect(change == .down)
        }
    }

    @Test("without probes a node is tried again after the fail timeout")
    func failTimeout() {
        var machine = machine { $0.health.probe = nil }
        _ = connectsFail(&machine, 0)
        #expect(!(0..<4).contains { _ in use(&machine, at: .milliseconds(1999)).node == 0 })
        #expect((0..<4).contains { _ in use(&machine, at: .milliseconds(2004)).node == 0 })
        _ = connectsFail(&machine, 0, 1, at: .milliseconds(2004))
        #expect(!(0..<4).contains { _ in use(&machine, at: .milliseconds(3999)).node == 0 })
    }

    @Test("all nodes excluded: none")
    func none() {
        var machine = machine()
        #expect(use(&machine, excluded: [0, 1, 2]).node == nil)
        machine = self.machine { $0.distribution.lastResort = nil }
        for node: NodeID in [0, 1, 2] { probesFail(&machine, node) }
        #expect(machine.route(.init(), at: start, random: 1) == .noNode)
    }

    @Test("no node up: each is a last resort once, the client's own first and with its cookie kept")
    func lastResort() throws {
        var machine = machine()
        let cookie = try #require((0..<2).map { _ in use(&machine).cookie }.last ?? nil)
        for node: NodeID in [0, 1, 2] { probesFail(&machine, node) }
        var query = BalancerMachine.Query(key: cookie[...])
        #expect(machine.route(query, at: start, random: 1) == .lastResort(1, setCookie: nil))
        for _ in 0..<2 {
            query.excluded.insert(query.excluded.isEmpty ? 1 : 2)
            guard case .lastResort(let node, let new) = machine.route(query, at: start, random: 1) else {
                Issue.record("no node is tried")
                return
            }
            #expect(!query.excluded.contains(node) && new != nil)
        }
        query.excluded = [0, 1, 2]
        #expect(machine.route(query, at: start, random: 1) == .noNode)
        probesSucceed(&machine, 2)
        #expect(use(&machine, cookie: cookie).node == 2)
    }

    @Test("what a rule keeps requests from is no last resort")
    func noLastResort() {
        var machine = machine { $0.health.refusedUpgradeEjection = .seconds(10) }
        for node: NodeID in [0, 1, 2] { machine.refusedUpgrade(node, status: 403, ofSession: true, at: start) }
        #expect(machine.route(.init(), at: start, random: 1) == .noNode)
        machine = self.machine { $0.affinity.deadNode = .refused }
        let old = use(&machine)
        for node: NodeID in [0, 1, 2] { probesFail(&machine, node) }
        #expect(machine.route(.init(key: old.cookie.map { $0[...] }), at: start, random: 1) == .refused)
    }

    @Test("backups serve only while another node is down")
    func backups() {
        var machine = machine { $0.distribution.backups = 1 }
        #expect((0..<4).map { _ in use(&machine).node } == [0, 1, 0, 1])
        probesFail(&machine, 0)
        #expect(Set((0..<4).map { _ in use(&machine).node }) == [1, 2])
        probesSucceed(&machine, 0)
        #expect(Set((0..<4).map { _ in use(&machine).node }) == [0, 1])
    }

    @Test("the connection's node is kept while it is up, and known cookies are left alone")
    func pinned() {
        var machine = machine { $0.affinity.scope = .connection }
        let (first, second) = (use(&machine), use(&machine))
        #expect(use(&machine, cookie: second.cookie, pinned: first.node).node == first.node)
        #expect(use(&machine, cookie: second.cookie, pinned: first.node).cookie == nil)
        probesFail(&machine, 0)
        #expect(use(&machine, cookie: second.cookie, pinned: 0).node == second.node)
    }

    @Test("a table of keys forgets the seventeenth client")
    func smallTable() throws {
        var machine = machine { $0.affinity.rule = .table(of: .cookie(.init()), capacity: 16) }
        let clients = (0..<17).map { _ in use(&machine) }
        #expect(use(&machine, cookie: clients[16].cookie).node == clients[16].node)
        let evicted = use(&machine, cookie: clients[0].cookie)
        #expect(evicted.cookie == clients[0].cookie)
        #expect(evicted.node == 2 && clients[0].node == 0)
    }

    @Test("a retired node serves again only when all have been down")
    func retired() {
        var machine = machine { $0.health.readmission = .afterAllWereDown }
        probesFail(&machine, 0)
        probesSucceed(&machine, 0)
        #expect(!(0..<6).contains { _ in use(&machine).node == 0 })
        probesFail(&machine, 1)
        probesFail(&machine, 2)
        #expect(use(&machine).node == 0)
        probesSucceed(&machine, 1)
        #expect((0..<2).contains { _ in use(&machine).node == 1 })
    }

    @Test("a node found down twice, by a connect and by probes, is retired once")
    func retiredOnce() {
        var machine = machine { $0.health.readmission = .afterAllWereDown }
        probesFail(&machine, 0)
        for node: NodeID in [1, 2] { _ = connectsFail(&machine, node) }
        for node: NodeID in [1, 2] { probesFail(&machine, node) }
        for node: NodeID in [0, 1, 2] { probesSucceed(&machine, node) }
        #expect(Set((0..<3).map { _ in use(&machine).node }) == [0, 1, 2])
    }

    @Test("when a node goes down, the knob cuts every tunnel")
    func cutsAll() {
        var machine = machine { $0.health.tunnelsOnDown = .all }
        #expect(connectsFail(&machine, 0)?.endsTunnels == .all)
        probesFail(&machine, 1)
        var other = self.machine { $0.health.tunnelsOnDown = .all }
        _ = other.probed(0, healthy: false)
        #expect(other.probed(0, healthy: false)?.endsTunnels == .all)
    }

    @Test("when a node is back, the knob cuts every tunnel; the reference cuts none", arguments: [true, false])
    func cutsAllOnReturn(_ cuts: Bool) {
        var machine = machine { if cuts { $0.health.tunnelsOnUp = .all } }
        _ = connectsFail(&machine, 0)
        #expect(machine.connected(0)?.endsTunnels == (cuts ? .all : BalancerMachine.Effects.Tunnels.none))
        probesFail(&machine, 1)
        _ = machine.probed(1, healthy: true)
        #expect(machine.probed(1, healthy: true)?.endsTunnels == (cuts ? .all : BalancerMachine.Effects.Tunnels.none))
    }

    @Test("an ejected node gets nothing for a while; the reference ejects nobody")
    func ejection() {
        for ejects in [true, false] {
            var machine = machine { if ejects { $0.health.refusedUpgradeEjection = .seconds(10) } }
            machine.refusedUpgrade(0, status: 403, ofSession: false, at: start)
            machine.refusedUpgrade(1, status: 302, ofSession: true, at: start)
            #expect(Set((0..<3).map { _ in use(&machine).node }) == [0, 1, 2])
            machine.refusedUpgrade(0, status: 403, ofSession: true, at: start)
            #expect((0..<3).contains { _ in use(&machine, at: .milliseconds(9999)).node == 0 } != ejects)
            #expect((0..<3).contains { _ in use(&machine, at: .seconds(10)).node == 0 })
        }
    }

    @Test(
        "an upgrade given up in silence ejects by its knob",
        arguments: [(nil, true), (.seconds(2), true), (.seconds(4), false)] as [(Duration?, Bool)])
    func aborted(_ silence: Duration?, _ ejects: Bool) {
        var machine = machine { $0.health.abortedUpgradeEjection = .init(silence: .seconds(3), ejection: .seconds(10)) }
        machine.abortedUpgrade(0, silentFor: silence, at: start)
        #expect((0..<3).contains { _ in use(&machine).node == 0 } != ejects)
    }
}
