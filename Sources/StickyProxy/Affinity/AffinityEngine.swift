/// What an affinity rule knows of nodes and clients, and what it makes of a request.
enum AffinityEngine: Sendable {
    case cookie(CookieAffinity)
    case table(TableAffinity)
    case hash(HashAffinity)
    case learned(LearnedAffinity)
    case header(HeaderAffinity)
    case none

    /// Knows these nodes, which are all there ever were, in their order.
    init(_ affinity: Behavior.Affinity, nodes: [ProxyNode]) {
        switch affinity.rule {
        case .cookie(let cookie): self = .cookie(CookieAffinity(cookie, rehomed: affinity.rehomedCapacity))
        case .table(let key, let capacity): self = .table(TableAffinity(of: key, capacity: capacity))
        case .hash(let key, let hash): self = .hash(HashAffinity(of: key, hash))
        case .learned(_, let capacity): self = .learned(LearnedAffinity(capacity: capacity))
        case .header: self = .header(HeaderAffinity())
        case .none: self = .none
        }
        for node in nodes { add(node) }
    }

    /// The engine of another affinity, which takes over what means the same under both.
    func reloaded(
        _ new: Behavior.Affinity, after old: Behavior.Affinity, nodes: [ProxyNode]
    ) -> AffinityEngine {
        switch (self, new.rule, old.rule) {
        case (.cookie(var engine), .cookie(let cookie), .cookie(let before)) where cookie.format == before.format:
            engine.reload(cookie, rehomed: new.rehomedCapacity)
            return .cookie(engine)
        case (.table(var engine), .table(let key, let capacity), .table(let before, _)) where key.isSame(as: before):
            engine.reload(key, capacity: capacity)
            return .table(engine)
        case (.learned(var engine), .learned(let name, let capacity), .learned(let before, _)) where name == before:
            engine.resize(to: capacity)
            return .learned(engine)
        default: return AffinityEngine(new, nodes: nodes)
        }
    }

    /// Whether SockJS session URLs are remembered beside it.
    static func remembersSessions(_ rule: Behavior.Affinity.Rule) -> Bool {
        switch rule {
        case .table(of: .cookie, _), .none: false
        case .cookie, .table, .hash, .learned, .header: true
        }
    }

    /// Whether a session URL that is remembered comes before what it says itself: it does where the key is not the client's
    /// alone, or where it may lead elsewhere than it did when the session began.
    var yieldsToSessions: Bool {
        switch self {
        case .table(let table): !table.setsCookie
        case .hash: true
        case .cookie, .learned, .header, .none: false
        }
    }

    // MARK: Requests

    /// What the request says.
    mutating func claim(_ query: BalancerMachine.Query, among roster: Roster, fresh: () -> UInt64) -> Claim {
        switch self {
        case .cookie(var engine):
            self = .none
            defer { self = .cookie(engine) }
            return engine.claim(query, fresh: fresh)
        case .table(var engine):
            self = .none
            defer { self = .table(engine) }
            return engine.claim(query, fresh: fresh)
        case .hash(let engine): return engine.claim(query, among: roster, fresh: fresh)
        case .learned(var engine):
            self = .none
            defer { self = .learned(engine) }
            return engine.claim(query)
        case .header(let engine): return engine.claim(query)
        case .none: return .none
        }
    }

    /// The node among these for a request whose own can't be used, or that has none; nil leaves it to the distribution.
    func substitute(for claim: Claim, among candidates: [NodeID]) -> NodeID? {
        if case .hash(let engine) = self { engine.node(for: claim, among: candidates) } else { nil }
    }

    /// The request goes to this node. Returns the value of the cookie that the answer sets.
    mutating func goes(to node: NodeID, _ claim: Claim, _ query: BalancerMachine.Query) -> String? {
        switch self {
        case .cookie(let engine): return engine.value(for: node, claim)
        case .table(var engine):
            self = .none
            defer { self = .table(engine) }
            return engine.goes(to: node, claim, query)
        case .hash(let engine): return engine.value(claim)
        case .learned, .header, .none: return nil
        }
    }

    /// A client whose own node can't be used was moved to this one.
    mutating func moved(_ claim: Claim, to node: NodeID) {
        switch self {
        case .cookie(var engine):
            self = .none
            engine.moved(claim, to: node)
            self = .cookie(engine)
        case .learned(var engine):
            self = .none
            engine.moved(claim, to: node)
            self = .learned(engine)
        case .table, .hash, .header, .none: break
        }
    }

    /// A node began to answer a client that showed this key; `isUsable` tells whether the one it had till now still serves.
    mutating func answered(_ node: NodeID, to key: Substring, isUsable: (NodeID) -> Bool) {
        guard case .table(var engine) = self else { return }
        self = .none
        engine.answered(node, to: key, isUsable: isUsable)
        self = .table(engine)
    }

    /// A node set the application's cookie to this value.
    mutating func learned(_ value: Substring, from node: NodeID) {
        guard case .learned(var engine) = self else { return }
        self = .none
        engine.learned(value, from: node)
        self = .learned(engine)
    }

    // MARK: Nodes

    /// Another node comes.
    mutating func add(_ node: ProxyNode) {
        switch self {
        case .cookie(var engine):
            self = .none
            engine.add(node)
            self = .cookie(engine)
        case .hash(var engine):
            self = .none
            engine.add(node)
            self = .hash(engine)
        case .header(var engine):
            self = .none
            engine.add(node.id)
            self = .header(engine)
        case .table, .learned, .none: break
        }
    }
}

extension Behavior.Affinity.Key {
    /// Whether what was known of one's values holds for the other's: how a cookie is written does not matter.
    fileprivate func isSame(as other: Self) -> Bool {
        if case (.cookie(let one), .cookie(let other)) = (self, other) { return one.name == other.name }
        return self == other
    }
}
