/// Affinity by a table from keys to nodes (``Behavior/Affinity/Rule/table(of:capacity:)``).
struct TableAffinity: Sendable {
    /// Whether its keys are values of a cookie that the proxy sets.
    let setsCookie: Bool
    private var isRefreshed: Bool
    private var nodes: LRUTable<Substring, NodeID>

    init(of key: Behavior.Affinity.Key, capacity: Int) {
        if case .cookie(let cookie) = key {
            (setsCookie, isRefreshed) = (true, cookie.isRefreshed)
        } else {
            (setsCookie, isRefreshed) = (false, false)
        }
        nodes = LRUTable(capacity: capacity)
    }

    /// It has so many places from now on, and a cookie is written in another way.
    mutating func reload(_ key: Behavior.Affinity.Key, capacity: Int) {
        if case .cookie(let cookie) = key { isRefreshed = cookie.isRefreshed }
        nodes.resize(to: capacity)
    }

    mutating func claim(_ query: BalancerMachine.Query, fresh: () -> UInt64) -> Claim {
        var claim = Claim()
        guard setsCookie else {
            claim.owner = query.key.flatMap { nodes.value(for: $0) }
            return claim
        }
        let key = query.key.flatMap { NodeTokens.isIdentifier($0) ? $0 : nil }
        claim.owner = (key ?? Self.key(ofSessionOf: query)).flatMap { nodes.value(for: $0) }
        claim.isUnknown = query.key != nil && claim.owner == nil
        claim.client = key ?? Substring(NodeTokens.identifier(fresh()))
        return claim
    }

    /// The request goes to this node. Returns the value of the cookie that the answer sets.
    mutating func goes(to node: NodeID, _ claim: Claim, _ query: BalancerMachine.Query) -> String? {
        guard setsCookie, let client = claim.client else { return nil }
        // A table's key must not keep the request's head alive.
        let key = Substring(String(client))
        nodes.set(node, for: key)
        if let session = Self.key(ofSessionOf: query) { nodes.set(node, for: session) }
        let isKnown = query.key != nil && claim.owner != nil
        return isKnown && !isRefreshed ? nil : String(key)
    }

    /// A node began to answer a client that showed this key.
    mutating func answered(_ node: NodeID, to key: Substring, isUsable: (NodeID) -> Bool) {
        if setsCookie { return }
        // The first answer decides, also for requests that were on their way to other nodes.
        if let present = nodes.value(for: key), isUsable(present) { return }
        nodes.set(node, for: Substring(String(key)))
    }

    /// The key of a session without a cookie.
    private static func key(ofSessionOf query: BalancerMachine.Query) -> Substring? {
        query.key == nil ? query.session.map { Substring("session \($0)") } : nil
    }
}
