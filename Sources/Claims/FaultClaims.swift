/// What a balancer's manifest says of how it deals with faults of nodes.
package struct FaultClaims: Codable, Sendable, Hashable {
    /// Where a session is after its node died and came back.
    package var failover: FailoverFamily
    /// Milliseconds from the death of a node to the first request served elsewhere; nil where nothing is said.
    package var killedMilliseconds: Int64?
    /// Milliseconds from the moment a node accepts but never answers to the first request served elsewhere.
    package var hungMilliseconds: Int64?
    /// Milliseconds from a node's return to its first new session.
    package var returnedMilliseconds: Int64?

    /// Claims; no budget is known unless given.
    package init(
        failover: FailoverFamily, killedMilliseconds: Int64? = nil, hungMilliseconds: Int64? = nil,
        returnedMilliseconds: Int64? = nil
    ) {
        self.failover = failover
        self.killedMilliseconds = killedMilliseconds
        self.hungMilliseconds = hungMilliseconds
        self.returnedMilliseconds = returnedMilliseconds
    }
}
