/// Affinity by a cookie of the application's (``Behavior/Affinity/Rule/learned(cookie:capacity:)``).
struct LearnedAffinity: Sendable {
    private var nodes: LRUTable<Substring, NodeID>

    init(capacity: Int) { nodes = LRUTable(capacity: capacity) }

    /// It has so many places from now on.
    mutating func resize(to capacity: Int) { nodes.resize(to: capacity) }

    mutating func claim(_ query: BalancerMachine.Query) -> Claim {
        guard let key = query.key else { return .none }
        let owner = nodes.value(for: key)
        return Claim(owner: owner, client: key, isUnknown: owner == nil)
    }

    /// A node set the cookie to this value.
    mutating func learned(_ value: Substring, from node: NodeID) {
        guard value.utf8.count <= KeySource.longestKey else { return }
        nodes.set(node, for: Substring(String(value)))
    }

    mutating func moved(_ claim: Claim, to node: NodeID) {
        if let client = claim.client { nodes.set(node, for: Substring(String(client))) }
    }
}
