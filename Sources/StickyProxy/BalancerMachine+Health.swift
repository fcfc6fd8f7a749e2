import Clocks

extension BalancerMachine {
    /// A probe of the node ended.
    mutating func probed(_ node: NodeID, healthy: Bool) -> Effects? {
        if healthy { roster.joined(node) }
        return effects(of: node) { $0.probed(healthy: healthy, rules: $1) }
    }

    /// A probe of the node that began at some time got no answer in time.
    mutating func probeUnanswered(_ node: NodeID, begun: MonotonicClock.Instant) -> Effects? {
        effects(of: node) { $0.probeUnanswered(begun: begun, rules: $1) }
    }

    private mutating func effects(
        of node: NodeID, _ probe: (inout NodeHealth, Behavior.Health.Probe) -> NodeHealth.Change
    ) -> Effects? {
        guard hasNotLeft(node), let rules = behavior.health.probe else { return nil }
        let wasDown = health[node].connectFailed
        let change = probe(&health[node], rules)
        guard change != .none else { return nil }
        var effects = Effects(node: node, change: change)
        if change == .down {
            if !wasDown { retire(node) }
            effects.endsExchanges = true
            effects.endsTunnels = behavior.health.tunnelsOnDown == .all && !wasDown ? .all : .node
        } else if behavior.health.tunnelsOnUp == .all {
            effects.endsTunnels = .all
        }
        return effects
    }

    /// The node began to answer a request, of a client that showed this key.
    mutating func answered(_ node: NodeID, to key: Substring? = nil, at now: MonotonicClock.Instant) {
        health[node].answered(at: now)
        guard let key else { return }
        engine.answered(node, to: key) { [health, roster] in
            roster.keepsClients($0) && health[$0].isAvailable(at: now)
        }
    }

    /// A connect to the node failed. Its tunnels are left to the probes: failed connects are no proof.
    mutating func failedToConnect(
        _ node: NodeID, begun: MonotonicClock.Instant, at now: MonotonicClock.Instant
    ) -> Effects? {
        guard hasNotLeft(node),
            health[node].failedToConnect(begun: begun, at: now, rules: behavior.health) == .down
        else { return nil }
        retire(node)
        return Effects(
            node: node, change: .down, endsTunnels: behavior.health.tunnelsOnDown == .all ? .all : .none)
    }

    /// A connect to the node succeeded.
    mutating func connected(_ node: NodeID) -> Effects? {
        guard hasNotLeft(node), health[node].connected() == .up else { return nil }
        return Effects(node: node, change: .up, endsTunnels: behavior.health.tunnelsOnUp == .all ? .all : .none)
    }

    /// The node answered an upgrade with 101.
    mutating func acceptedUpgrade(at now: MonotonicClock.Instant) { upgrades.answered(101, at: now) }

    /// The node answered an upgrade with this status other than 101.
    mutating func refusedUpgrade(_ node: NodeID, status: Int, ofSession: Bool, at now: MonotonicClock.Instant) {
        upgrades.answered(status, at: now)
        guard let ejection = behavior.health.refusedUpgradeEjection, ofSession, status >= 400 else { return }
        health[node].eject(until: now + ejection)
    }

    /// The client gave up an upgrade: unanswered, or this long after a 101 with no byte from the node.
    mutating func abortedUpgrade(_ node: NodeID, silentFor silence: Duration?, at now: MonotonicClock.Instant) {
        guard let rule = behavior.health.abortedUpgradeEjection, silence.map({ $0 <= rule.silence }) ?? true
        else { return }
        health[node].eject(until: now + rule.ejection)
    }

    private mutating func retire(_ node: NodeID) {
        guard behavior.health.readmission == .afterAllWereDown else { return }
        health[node].retired = true
        readmitIfAllWereDown()
    }

    /// For `Readmission.afterAllWereDown`.
    mutating func readmitIfAllWereDown() {
        if roster.present.allSatisfy({ health[$0].retired }) {
            for node in roster.present { health[node].retired = false }
        }
    }
}
