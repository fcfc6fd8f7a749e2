import Clocks
import Testing

@testable import StickyProxy

/// Requests that go to another node than the one they belong to.
struct StrayRequestTests {
    private static let now = MonotonicClock.now

    private static func route(
        _ machine: inout BalancerMachine, cookie: String? = nil, session: String? = nil, excluded: Set<NodeID> = [],
        isAstray: Bool = true
    ) -> BalancerMachine.Route {
        machine.route(
            BalancerMachine.Query(
                key: cookie.map { $0[...] }, session: session.map { $0[...] },
                excluded: excluded, isAstray: isAstray), at: now, random: 7)
    }

    private static func machine(_ change: (inout Behavior) -> Void = { _ in }) -> BalancerMachine {
        BalancerMachine(nodes: ["n1", "n2", "n3"], behavior: .reference.with(change))
    }

    private static func take(_ node: NodeID, down machine: inout BalancerMachine) {
        for _ in 0..<Behavior.Health.Probe().fall { _ = machine.probed(node, healthy: false) }
    }

    @Test func `they go to the next node, all to the same one, and the client keeps its cookie`() {
        var machine = Self.machine()
        guard case .node(let right, let cookie?) = Self.route(&machine, session: "s", isAstray: false) else {
            Issue.record("a new client gets a node and a cookie")
            return
        }
        let wrong = BalancerMachine.Route.node(NodeID((right.number + 1) % 3), setCookie: nil)
        for _ in 0..<3 { #expect(Self.route(&machine, cookie: cookie, session: "s") == wrong) }
        // By the session alone too.
        #expect(Self.route(&machine, session: "s") == wrong)
        #expect(
            Self.route(&machine, cookie: cookie, session: "s", isAstray: false) == .node(right, setCookie: nil),
            "what strays is not remembered")
    }

    @Test func `whatever affinity goes by`() {
        for change in [
            { $0.affinity.rule = .table(of: .cookie(.init()), capacity: 9) },
            { $0.affinity.rule = .hash(of: .address) },
            { $0.affinity.rule = .table(of: .address, capacity: 9) },
        ] as [(inout Behavior) -> Void] {
            var machine = Self.machine(change)
            let right = Self.route(&machine, session: "s", isAstray: false).node
            let wrong = Self.route(&machine, session: "s").node
            #expect(wrong != nil && wrong != right)
        }
    }

    @Test func `a node that is down or was tried is no place to stray to, and without another one all is right`() {
        var machine = Self.machine()
        _ = Self.route(&machine, session: "s", isAstray: false)
        Self.take(1, down: &machine)
        #expect(Self.route(&machine, session: "s").node == 2)
        #expect(Self.route(&machine, session: "s", excluded: [2]).node == 0)
        Self.take(2, down: &machine)
        #expect(Self.route(&machine, session: "s").node == 0)
        Self.take(0, down: &machine)
        guard case .lastResort = Self.route(&machine, session: "s") else {
            Issue.record("while no node is up, the last resort is what it is without straying")
            return
        }
    }
}
