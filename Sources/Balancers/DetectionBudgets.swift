import History

/// How long a balancer may take to notice what happened to a node, as its configurations set it.
///
/// `nil` where the manifest states no bound.
public struct DetectionBudgets: Sendable, Hashable {
    /// From the death of a node, whose port then refuses connections, to the first request served elsewhere.
    public var killed: Duration?
    /// From the moment a node accepts but never answers to the first request served elsewhere.
    public var hung: Duration?
    /// From a node's return to its first new session.
    public var returned: Duration?

    /// Budgets; all unknown unless given.
    public init(killed: Duration? = nil, hung: Duration? = nil, returned: Duration? = nil) {
        self.killed = killed
        self.hung = hung
        self.returned = returned
    }
}

extension BalancerManifest {
    /// What it says of faults, in the form in which it stands in a history.
    public var faultClaims: FaultClaims {
        func milliseconds(_ budget: Duration?) -> Int64? { budget.map { $0.wholeNanoseconds / 1_000_000 } }
        return FaultClaims(
            failover: failover, killedMilliseconds: milliseconds(budgets.killed),
            hungMilliseconds: milliseconds(budgets.hung), returnedMilliseconds: milliseconds(budgets.returned))
    }
}
