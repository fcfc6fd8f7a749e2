import Wire

/// Affinity by a cookie of the proxy's that names the node (``Behavior/Affinity/Rule/cookie(_:)``).
struct CookieAffinity: Sendable {
    private let format: Behavior.Affinity.Cookie.Format
    private var isRefreshed: Bool
    private var tokens = NodeTokens()
    private var names: [String: NodeID] = [:]
    private var addresses: [(text: String, node: NodeID)] = []
    /// Clients that were moved off a node, and where to.
    private var rehomed: LRUTable<Substring, NodeID>

    init(_ cookie: Behavior.Affinity.Cookie, rehomed capacity: Int) {
        format = cookie.format
        isRefreshed = cookie.isRefreshed
        rehomed = LRUTable(capacity: capacity)
    }

    /// The cookie is written in another way from now on, and so many clients are remembered.
    mutating func reload(_ cookie: Behavior.Affinity.Cookie, rehomed capacity: Int) {
        isRefreshed = cookie.isRefreshed
        rehomed.resize(to: capacity)
    }

    /// Another node comes. One of the name of a node that left gets that one's cookies.
    mutating func add(_ added: ProxyNode) {
        let node = tokens.add(added.id)
        names[added.id] = node
        addresses.append((added.endpoint.description, node))
    }

    mutating func claim(_ query: BalancerMachine.Query, fresh: () -> UInt64) -> Claim {
        var claim = Claim()
        if let key = query.key {
            switch format {
            case .nodeAndClient, .node: (claim.owner, claim.client) = tokens.read(key)
            case .nodeName: claim.owner = names[String(key)]
            case .nodeAddress: claim.owner = addresses.last { $0.text == key }?.node
            }
            claim.isUnknown = claim.owner == nil
        }
        guard format == .nodeAndClient else { return claim }
        if let client = claim.client {
            if rehomed.count > 0 { claim.moved = rehomed.value(for: client) }
        } else {
            claim.client = Substring(NodeTokens.identifier(fresh()))
        }
        return claim
    }

    /// The value of the cookie that a client on this node gets; nil where it has it.
    func value(for node: NodeID, _ claim: Claim) -> String? {
        if claim.owner == node, !isRefreshed { return nil }
        return switch format {
        case .nodeAndClient: tokens.value(node: node, client: claim.client ?? "")
        case .node: tokens.value(node: node)
        case .nodeName: tokens.name(of: node)
        case .nodeAddress: addresses[node.number].text
        }
    }

    mutating func moved(_ claim: Claim, to node: NodeID) {
        // A table's key must not keep the request's head alive.
        if let client = claim.client { rehomed.set(node, for: Substring(String(client))) }
    }
}
