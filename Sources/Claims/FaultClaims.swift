/// What a balancer's manifest says of how it deals with faults of nodes.
public struct FaultClaims: Codable, Sendable, Hashable {
    /// Where a session is after its node died and came back.
    public var failover: FailoverFamily
    /// Milliseconds from the death of a node to the first request served elsewhere; nil where nothing is said.
    public var killedMilliseconds: Int64?
    /// Milliseconds from the moment a node accepts but never answers to the first request served elsewhere.
    public var hungMilliseconds: Int64?
    /// Milliseconds from a node's return to its first new session.
    public var returnedMilliseconds: Int64?

    /// Claims; no budget is known unless given.
    public init(
        failover: FailoverFamily, killedMilliseconds: Int64? = nil, hungMilliseconds: Int64? = nil,
        returnedMilliseconds: Int64? = nil
    ) {
        self.failover = failover
        self.killedMilliseconds = killedMilliseconds
        self.hungMilliseconds = hungMilliseconds
        self.returnedMilliseconds = returnedMilliseconds
    }
}
