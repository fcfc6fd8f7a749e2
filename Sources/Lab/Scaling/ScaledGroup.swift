import Clocks
import StickyProxy

/// The nodes that join and leave, as they are counted at each look: a ``ScalingMachine`` with what it is told of.
struct ScaledGroup: Sendable {
    private var machine: ScalingMachine
    /// By name, those that the balancer knows.
    private var nodes: [String: NodeRemote] = [:]
    /// Added, and not found healthy so far.
    private var joining: Set<String> = []
    /// What each had at the last look, and whether it was idle then.
    private var counted: [String: NodeTraffic] = [:]
    private var countedAt: MonotonicClock.Instant
    private var next: MonotonicClock.Instant

    init(_ rules: ScalingRules, nodes: [NodeRemote], at now: MonotonicClock.Instant) {
        machine = ScalingMachine(rules, nodes: nodes.map(\.nodeID), at: now)
        for node in nodes { self.nodes[node.nodeID] = node }
        (countedAt, next) = (now, now + rules.period)
    }

    /// When to look again.
    var wakeAt: MonotonicClock.Instant { machine.wakeAt.map { min($0, next) } ?? next }

    func node(_ name: String) -> NodeRemote? { nodes[name] }

    /// Somebody looked.
    mutating func looked(at traffic: [NodeTraffic], _ now: MonotonicClock.Instant) -> [ScalingMachine.Action] {
        for one in traffic where one.isServing && joining.remove(one.nodeID) != nil {
            machine.joined(one.nodeID, at: now)
        }
        // Before a measurement is due, something else was.
        guard now >= next else { return machine.passed(at: now) }
        var actions = machine.passed(at: now)
        for one in traffic where isIdle(one) { actions += machine.emptied(one.nodeID) }
        let seconds = (now - countedAt) / .seconds(1)
        var rates: [String: Double] = [:]
        for one in traffic {
            rates[one.nodeID] = Double(one.requests - (counted[one.nodeID]?.requests ?? 0)) / seconds
        }
        counted = [:]
        for one in traffic { counted[one.nodeID] = one }
        // What was late makes the next look no earlier: two in a row would measure nothing.
        (countedAt, next) = (now, now + machine.rules.period)
        return actions + machine.measured(rates, at: now)
    }

    /// Whether a node has had nothing to do from one look to the next: a client that polls is between two requests for a
    /// moment only.
    private func isIdle(_ now: NodeTraffic) -> Bool {
        guard let before = counted[now.nodeID] else { return false }
        return now.underWay == 0 && before.underWay == 0 && now.requests == before.requests
    }

    /// A node was started and added.
    mutating func started(_ node: NodeRemote) {
        nodes[node.nodeID] = node
        joining.insert(node.nodeID)
    }

    /// A node gets no new clients from now on.
    mutating func drained(_ node: NodeRemote, at now: MonotonicClock.Instant) { machine.drained(node.nodeID, at: now) }

    /// A node was taken out and ended.
    mutating func ended(_ node: NodeRemote, at now: MonotonicClock.Instant) {
        nodes[node.nodeID] = nil
        machine.ended(node.nodeID, at: now)
    }
}
