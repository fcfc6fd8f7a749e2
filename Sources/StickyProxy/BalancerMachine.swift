import Clocks

/// All that the proxy knows of its nodes and clients; decides without sockets or a clock.
struct BalancerMachine: Sendable {
    /// A request that needs a node.
    struct Query: Sendable, Equatable {
        /// The client's address.
        var address: String?
        /// The affinity cookie's value.
        var cookie: Substring?
        /// The session id of a SockJS session URL.
        var session: Substring?
        /// Nodes that this request can't use: a connect to them failed.
        var excluded: Set<NodeID> = []
        /// The node of the client connection's first request.
        var pinned: NodeID?
        /// Whether it goes to another node than the one it belongs to.
        var isAstray = false
    }

    /// Where a request goes.
    enum Route: Sendable, Equatable {
        /// To a node, and the answer sets the cookie to this value.
        case node(NodeID, setCookie: String?)
        /// To a node that is down, since none is up; the answer sets the cookie to this value.
        case lastResort(NodeID, setCookie: String?)
        /// Nowhere: the behavior refuses it.
        case refused
        /// Nowhere: no node is up.
        case noNode

        var node: NodeID? {
            switch self {
            case .node(let node, _), .lastResort(let node, _): node
            case .refused, .noNode: nil
            }
        }
    }

    /// What a node's change of state does to traffic that is under way.
    struct Effects: Sendable, Equatable {
        enum Tunnels: Sendable, Equatable { case none, node, all }
        var node: NodeID
        var change: NodeHealth.Change
        /// Whether requests on the node are given up.
        var endsExchanges = false
        var endsTunnels = Tunnels.none
    }

    let behavior: Behavior
    var roster: Roster
    private var cookies: AffinityCookie
    var health = NodeTable(NodeHealth())
    var upgrades: UpgradeBreaker
    /// The node from which on the next new client gets one.
    private var cursor = NodeID(0)
    private var sessions: LRUTable<Substring, NodeID>
    private var rehomed: LRUTable<Substring, NodeID>
    private var keys: LRUTable<Substring, NodeID>
    /// Nil where addresses decide nothing.
    var addresses: AddressAffinity?
    /// When the first client came in vain for a node that is down; for `DeadNode.rehomedLate`.
    private var missedSince: [NodeID: MonotonicClock.Instant] = [:]

    init(nodes: [ProxyNode], behavior: Behavior) {
        self.behavior = behavior
        roster = Roster(nodes)
        let names = nodes.map(\.id)
        cookies = AffinityCookie(nodes: names)
        upgrades = UpgradeBreaker(behavior.upgrade.breaker)
        sessions = LRUTable(capacity: behavior.affinity.sessionCapacity)
        rehomed = LRUTable(capacity: behavior.affinity.rehomedCapacity)
        if case .tableKey(let capacity) = behavior.affinity.cookie {
            keys = LRUTable(capacity: capacity)
        } else {
            keys = LRUTable(capacity: 1)
        }
        addresses = behavior.affinity.address.map { AddressAffinity($0, nodes: names) }
    }

    // MARK: Routing

    /// Chooses the node of a request and remembers the choice.
    mutating func route(
        _ query: Query, at now: MonotonicClock.Instant, freshID: @autoclosure () -> UInt64
    ) -> Route {
        let route =
            if addresses != nil {
                routeByAddress(query, now)
            } else {
                switch behavior.affinity.cookie {
                case .node: routeByNode(query, now, freshID)
                case .tableKey: routeByKey(query, now, freshID)
                }
            }
        return query.isAstray ? astray(route, query, now) : route
    }

    /// The next node that is up in place of the right one; the client keeps its cookie.
    private func astray(_ route: Route, _ query: Query, _ now: MonotonicClock.Instant) -> Route {
        guard case .node(let right, _) = route else { return route }
        let others = candidates(query, now).filter { $0 != right }
        return (others.first { $0 > right } ?? others.first).map { .node($0, setCookie: nil) } ?? route
    }

    private mutating func routeByNode(_ query: Query, _ now: MonotonicClock.Instant, _ freshID: () -> UInt64) -> Route {
        let cookie = query.cookie.map { cookies.read($0) }
        let client = cookie?.client ?? Substring(AffinityCookie.identifier(freshID()))
        let isLent = behavior.affinity.deadNode == .lent && cookie?.node.map(hasNotLeft) ?? false
        func decided(_ node: NodeID) -> Route {
            .node(node, setCookie: cookie?.node == node || isLent ? nil : cookies.value(node: node, client: client))
        }
        if let pinned = query.pinned, usable(pinned, query, now) {
            return cookie?.node == nil ? decided(pinned) : .node(pinned, setCookie: nil)
        }
        if query.cookie != nil, cookie?.node == nil, behavior.affinity.unknownCookie == .refused { return .refused }
        if let owner = cookie?.node {
            let isBack = isLent && usable(owner, query, now)
            if !isBack, let moved = rehomed.value(for: client), usable(moved, query, now) {
                return remember(decided(moved), query)
            }
            if usable(owner, query, now) {
                if !missedSince.isEmpty { missedSince[owner] = nil }
                return remember(decided(owner), query)
            }
            if isRefused(owner, now) { return .refused }
        }
        let known = query.session.flatMap { sessions.value(for: $0) }
        guard let node = known.flatMap({ usable($0, query, now) ? $0 : nil }) ?? next(query, now) else {
            let owner = rehomed.value(for: client) ?? cookie?.node ?? known
            guard let node = lastResort(owner, query, now) else { return .noNode }
            return .lastResort(node, setCookie: cookie?.node == node ? nil : cookies.value(node: node, client: client))
        }
        if cookie?.node != nil { rehomed.set(node, for: detached(client)) }
        return remember(decided(node), query)
    }

    /// Whether a client of this node, which it can't reach, must wait.
    private mutating func isRefused(_ owner: NodeID, _ now: MonotonicClock.Instant) -> Bool {
        guard hasNotLeft(owner) else { return false }
        switch behavior.affinity.deadNode {
        case .rehomed, .lent: return false
        case .refused: return true
        case .rehomedLate(let delay):
            let since = missedSince[owner] ?? now
            missedSince[owner] = since
            return now - since < delay
        }
    }

    private mutating func remember(_ route: Route, _ query: Query) -> Route {
        if case .node(let node, _) = route, let session = query.session { sessions.set(node, for: detached(session)) }
        return route
    }

    private mutating func routeByKey(_ query: Query, _ now: MonotonicClock.Instant, _ freshID: () -> UInt64) -> Route {
        let key = query.cookie.flatMap { AffinityCookie.isIdentifier($0) ? detached($0) : nil }
        let sessionKey = query.cookie == nil ? query.session.map { Substring("session \($0)") } : nil
        let owner = (key ?? sessionKey).flatMap { keys.value(for: $0) }
        if let key, let owner, usable(owner, query, now) {
            keys.set(owner, for: key)
            return .node(owner, setCookie: nil)
        }
        guard let node = owner.flatMap({ usable($0, query, now) ? $0 : nil }) ?? next(query, now) else {
            return lastResort(owner, query, now).map { .lastResort($0, setCookie: nil) } ?? .noNode
        }
        let chosen = key ?? Substring(AffinityCookie.identifier(freshID()))
        keys.set(node, for: chosen)
        if let sessionKey { keys.set(node, for: sessionKey) }
        return .node(node, setCookie: String(chosen))
    }

    private mutating func routeByAddress(_ query: Query, _ now: MonotonicClock.Instant) -> Route {
        if let pinned = query.pinned, usable(pinned, query, now) { return .node(pinned, setCookie: nil) }
        let known = query.session.flatMap { sessions.value(for: $0) }
        if let known, usable(known, query, now) { return .node(known, setCookie: nil) }
        let candidates = candidates(query, now)
        guard
            let node = query.address.flatMap({ addresses?.node(for: $0, among: candidates) }) ?? next(query, now)
        else { return lastResort(known, query, now).map { .lastResort($0, setCookie: nil) } ?? .noNode }
        return remember(.node(node, setCookie: nil), query)
    }

    func hasNotLeft(_ node: NodeID) -> Bool { roster[node].state != .gone }

    /// A table's key must not keep the request's head alive.
    private func detached(_ text: Substring) -> Substring { Substring(String(text)) }

    private func usable(_ node: NodeID, _ query: Query, _ now: MonotonicClock.Instant) -> Bool {
        roster.keepsClients(node) && !query.excluded.contains(node) && health[node].isAvailable(at: now)
    }

    /// The nodes that a new client may get.
    private func candidates(_ query: Query, _ now: MonotonicClock.Instant) -> [NodeID] {
        let primaries = roster.present.dropLast(behavior.distribution.backups)
        let backupsServe =
            primaries.isEmpty
            || !primaries.allSatisfy {
                roster.takesClients($0) && usable($0, query, now)
            }
        return (backupsServe ? roster.present[...] : primaries).filter {
            roster.takesClients($0) && usable($0, query, now)
        }
    }

    private mutating func next(_ query: Query, _ now: MonotonicClock.Instant) -> NodeID? {
        let candidates = candidates(query, now)
        guard let node = candidates.first(where: { $0 >= cursor }) ?? candidates.first else { return nil }
        cursor = NodeID(node.number + 1)
        return node
    }

    /// A node that is down, the client's own if possible: a try is better than a certain refusal.
    private mutating func lastResort(_ owner: NodeID?, _ query: Query, _ now: MonotonicClock.Instant) -> NodeID? {
        guard behavior.distribution.lastResort != nil else { return nil }
        func isAllowed(_ node: NodeID) -> Bool {
            !query.excluded.contains(node) && health[node].isLastResort(at: now)
        }
        if let owner, roster.keepsClients(owner), isAllowed(owner) { return owner }
        let present = roster.present
        let turn = present.firstIndex { $0 >= cursor } ?? present.startIndex
        let inTurn = present[turn...] + present[..<turn]
        guard let node = inTurn.first(where: { roster.takesClients($0) && isAllowed($0) }) else { return nil }
        cursor = NodeID(node.number + 1)
        return node
    }

    // MARK: Roster

    /// Another node comes; it gets clients when a check has found it healthy, or at once where there are no checks.
    mutating func add(_ node: ProxyNode) throws(RosterError) -> NodeID {
        let id = try roster.add(node, behavior.health.probe == nil ? .serving : .joining)
        cookies.add(node.id)
        addresses?.add(node.id)
        return id
    }

    /// The node of this name gets no new clients from now on.
    mutating func drain(_ name: String) throws(RosterError) { try roster.drain(try roster.id(named: name)) }

    /// The node of this name gets new clients again.
    mutating func undrain(_ name: String) throws(RosterError) { roster.undrain(try roster.id(named: name)) }

    /// The node of this name leaves, and its clients go to others.
    mutating func remove(_ name: String) throws(RosterError) -> NodeID {
        let id = try roster.id(named: name)
        roster.remove(id)
        missedSince[id] = nil
        readmitIfAllWereDown()
        return id
    }
}
