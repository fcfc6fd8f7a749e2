/// By what rule nodes join and leave with the load: so many that each has a target's worth of requests.
///
/// The times are those that AWS documents; who need not wait for minutes takes them ``scaled(by:)``. The proxy itself starts
/// no node: who has nodes to start follows the rule with a ``ScalingMachine``.
package struct ScalingRules: Sendable, Equatable {
    /// Requests a second that each node is to have: the 1 000 a minute of AWS's own example.
    package var target = 1_000.0 / 60
    /// Fewest nodes.
    package var minimum = 3
    /// Most nodes.
    package var maximum = 5
    /// How far the measured load may be from the target, as a part of it, before anything is done.
    package var tolerance = 0.1
    /// From one measurement to the next.
    package var period = Duration.seconds(60)
    /// Measurements in a row above the target before nodes join.
    package var periodsAbove = 3
    /// Measurements in a row below the target before a node leaves.
    package var periodsBelow = 15
    /// How long a node that has joined is not measured.
    package var warmUp = Duration.seconds(300)
    /// After nodes joined, how long no more do unless more are wanted at once than joined then.
    package var scaleOutCoolDown = Duration.seconds(300)
    /// After a node has left, how long no other leaves.
    package var scaleInCoolDown = Duration.seconds(300)
    /// How long a node that is to leave keeps its clients at most.
    package var drainLimit = Duration.seconds(300)
    /// Whether nodes leave at all, as with AWS's `DisableScaleIn` they don't.
    package var scalesIn = true
    /// Whether a node that is to leave is drained first.
    package var drains = true

    /// The documented rule.
    package init() {}

    /// The same with all its times multiplied.
    package func scaled(by factor: Double) -> ScalingRules {
        var rules = self
        rules.period = period * factor
        rules.warmUp = warmUp * factor
        rules.scaleOutCoolDown = scaleOutCoolDown * factor
        rules.scaleInCoolDown = scaleInCoolDown * factor
        rules.drainLimit = drainLimit * factor
        return rules
    }

    /// How many nodes so many requests a second want.
    package func nodes(for load: Double) -> Int {
        let wanted = (load / target).rounded(.up)
        // A load beyond all numbers must not trap.
        return min(max(wanted.isFinite ? Int(min(wanted, Double(maximum))) : maximum, minimum), maximum)
    }
}
