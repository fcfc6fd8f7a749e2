/// Affinity by a hash of a key (``Behavior/Affinity/Rule/hash(of:_:)``).
struct HashAffinity: Sendable {
    private enum Places: Sendable {
        case rendezvous(RendezvousHash)
        case ring(HashRing)
        case modulo
    }

    private let setsCookie: Bool
    private let isRefreshed: Bool
    private var places: Places

    init(of key: Behavior.Affinity.Key, _ hash: Behavior.Affinity.Hash) {
        if case .cookie(let cookie) = key {
            (setsCookie, isRefreshed) = (true, cookie.isRefreshed)
        } else {
            (setsCookie, isRefreshed) = (false, false)
        }
        switch hash {
        case .rendezvous: places = .rendezvous(RendezvousHash())
        case .ring(let count): places = .ring(HashRing(placesPerWeight: count))
        case .modulo: places = .modulo
        }
    }

    /// Another node comes.
    mutating func add(_ node: ProxyNode) {
        switch places {
        case .rendezvous(var hash):
            hash.add(node.id, weight: node.weight)
            places = .rendezvous(hash)
        case .ring(var ring):
            ring.add(node.id, weight: node.weight)
            places = .ring(ring)
        case .modulo: break
        }
    }

    func claim(_ query: BalancerMachine.Query, among roster: Roster, fresh: () -> UInt64) -> Claim {
        var claim = Claim(client: query.key)
        if setsCookie {
            if query.key == nil {
                claim.client = freshKey(among: roster, fresh)
                return claim
            }
            claim.owner = node(for: claim, among: roster.present.filter { roster.keepsClients($0) })
        } else {
            // Nothing tells an old client from a new one.
            claim.owner = node(for: claim, among: roster.present.filter { roster.takesClients($0) })
        }
        return claim
    }

    /// A key for a new client, which leads to a node that takes some.
    private func freshKey(among roster: Roster, _ fresh: () -> UInt64) -> Substring {
        let kept = roster.present.filter { roster.keepsClients($0) }
        var key = Substring(NodeTokens.identifier(fresh()))
        // So many tries fail once in 2^16 times where half of the nodes drain, and then one of these gets a client.
        for _ in 0..<16 {
            guard let node = node(for: Claim(client: key), among: kept), !roster.takesClients(node) else { break }
            key = Substring(NodeTokens.identifier(fresh()))
        }
        return key
    }

    /// The node among these to which the client's key leads; nil without a key.
    func node(for claim: Claim, among candidates: [NodeID]) -> NodeID? {
        guard let key = claim.client else { return nil }
        return switch places {
        case .rendezvous(let hash): hash.node(for: key, among: candidates)
        case .ring(let ring): ring.node(for: key, among: candidates)
        case .modulo:
            candidates.isEmpty
                ? nil : candidates[Int(KeyHash.mixed(KeyHash.of(key)) % UInt64(candidates.count))]
        }
    }

    /// The value of the cookie that the client gets; nil where it has it.
    func value(_ claim: Claim) -> String? {
        guard setsCookie, let client = claim.client, claim.owner == nil || isRefreshed else { return nil }
        return String(client)
    }
}
