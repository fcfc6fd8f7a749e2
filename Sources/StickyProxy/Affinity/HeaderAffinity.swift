/// Affinity by a header field in which clients name their node (``Behavior/Affinity/Rule/header(_:)``).
struct HeaderAffinity: Sendable {
    private var names: [String: NodeID] = [:]
    private var count = 0

    /// Another node comes.
    mutating func add(_ name: String) {
        names[name] = NodeID(count)
        count += 1
    }

    func claim(_ query: BalancerMachine.Query) -> Claim {
        guard let key = query.key else { return .none }
        let owner = names[String(key)]
        return Claim(owner: owner, isUnknown: owner == nil)
    }
}
