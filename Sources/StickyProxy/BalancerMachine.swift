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
        var excluded: Set<Int> = []
        /// The node of the client connection's first request.
        var pinned: Int?
        /// Whether it goes to another node than the one it belongs to.
        var isAstray = false
    }

    /// Where a request goes.
    enum Route: Sendable, Equatable {
        /// To a node, and the answer sets the cookie to this value.
        case node(Int, setCookie: String?)
        /// To a node that is down, since none is up; the answer sets the cookie to this value.
        case lastResort(Int, setCookie: String?)
        /// Nowhere: the behavior refuses it.
        case refused
        /// Nowhere: no node is up.
        case noNode

        var node: Int? {
            switch self {
            case .node(let node, _), .lastResort(let node, _): node
            case .refused, .noNode: nil
            }
        }
    }

    /// What a node's change of state does to traffic that is under way.
    struct Effects: Sendable, Equatable {
        enum Tunnels: Sendable, Equatable { case none, node, all }
        var node: Int
        var change: NodeHealth.Change
        /// Whether requests on the node are given up.
        var endsExchanges = false
        var endsTunnels = Tunnels.none
    }

    let behavior: Behavior
    private let cookies: AffinityCookie
    private(set) var health: [NodeHealth]
    private(set) var upgrades: UpgradeBreaker
    private var cursor = 0
    private var sessions: LRUTable<Substring, Int>
    private var rehomed: LRUTable<Substring, Int>
    private var keys: LRUTable<Substring, Int>
    /// Nil where addresses decide nothing.
    private var addresses: AddressAffinity?
    /// When the first client came in vain for a node that is down; for `DeadNode.rehomedLate`.
    private var missedSince: [Int: MonotonicClock.Instant] = [:]

    init(nodes: [String], behavior: Behavior) {
        self.behavior = behavior
        cookies = AffinityCookie(nodes: nodes)
        health = Array(repeating: NodeHealth(), count: nodes.count)
        upgrades = UpgradeBreaker(behavior.upgrade.breaker)
        sessions = LRUTable(capacity: behavior.affinity.sessionCapacity)
        rehomed = LRUTable(capacity: behavior.affinity.rehomedCapacity)
        if case .tableKey(let capacity) = behavior.affinity.cookie {
            keys = LRUTable(capacity: capacity)
        } else {
            keys = LRUTable(capacity: 1)
        }
        addresses = behavior.affinity.address.map { AddressAffinity($0, nodes: nodes) }
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
        let isLent = behavior.affinity.deadNode == .lent && cookie?.node != nil
        func decided(_ node: Int) -> Route {
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
    private mutating func isRefused(_ owner: Int, _ now: MonotonicClock.Instant) -> Bool {
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

    /// A table's key must not keep the request's head alive.
    private func detached(_ text: Substring) -> Substring { Substring(String(text)) }

    private func usable(_ node: Int, _ query: Query, _ now: MonotonicClock.Instant) -> Bool {
        health.indices.contains(node) && !query.excluded.contains(node) && health[node].isAvailable(at: now)
    }

    /// The nodes that a new client may get.
    private func candidates(_ query: Query, _ now: MonotonicClock.Instant) -> [Int] {
        let primaries = health.count - behavior.distribution.backups
        let backupsServe = health.indices.prefix(primaries).contains { !usable($0, query, now) }
        return health.indices.filter { ($0 < primaries || backupsServe) && usable($0, query, now) }
    }

    private mutating func next(_ query: Query, _ now: MonotonicClock.Instant) -> Int? {
        let candidates = candidates(query, now)
        guard let node = candidates.first(where: { $0 >= cursor }) ?? candidates.first else { return nil }
        cursor = (node + 1) % health.count
        return node
    }

    /// A node that is down, the client's own if possible: a try is better than a certain refusal.
    private mutating func lastResort(_ owner: Int?, _ query: Query, _ now: MonotonicClock.Instant) -> Int? {
        guard behavior.distribution.lastResort != nil else { return nil }
        func isAllowed(_ node: Int) -> Bool { !query.excluded.contains(node) && health[node].isLastResort(at: now) }
        if let owner, isAllowed(owner) { return owner }
        let steps = health.indices.map { (cursor + $0) % health.count }
        guard let node = steps.first(where: isAllowed) else { return nil }
        cursor = (node + 1) % health.count
        return node
    }

    // MARK: Health

    /// A probe of the node ended.
    mutating func probed(_ node: Int, healthy: Bool) -> Effects? {
        effects(of: node) { $0.probed(healthy: healthy, rules: $1) }
    }

    /// A probe of the node that began at some time got no answer in time.
    mutating func probeUnanswered(_ node: Int, begun: MonotonicClock.Instant) -> Effects? {
        effects(of: node) { $0.probeUnanswered(begun: begun, rules: $1) }
    }

    private mutating func effects(
        of node: Int, _ probe: (inout NodeHealth, Behavior.Health.Probe) -> NodeHealth.Change
    ) -> Effects? {
        guard health.indices.contains(node), let rules = behavior.health.probe else { return nil }
        let wasDown = health[node].connectFailed
        let change = probe(&health[node], rules)
        guard change != .none else { return nil }
        var effects = Effects(node: node, change: change)
        if change == .down {
            if !wasDown { retire(node) }
            effects.endsExchanges = true
            effects.endsTunnels = behavior.health.tunnelsOnDown == .all && !wasDown ? .all : .node
        }
        return effects
    }

    /// The node began to answer a request, of a client with this address.
    mutating func answered(_ node: Int, to address: String? = nil, at now: MonotonicClock.Instant) {
        guard health.indices.contains(node) else { return }
        health[node].answered(at: now)
        guard let address else { return }
        addresses?.answered(node, to: address) { [health] in health[$0].isAvailable(at: now) }
    }

    /// A connect to the node failed. Its tunnels are left to the probes: failed connects are no proof.
    mutating func failedToConnect(
        _ node: Int, begun: MonotonicClock.Instant, at now: MonotonicClock.Instant
    ) -> Effects? {
        guard health.indices.contains(node),
            health[node].failedToConnect(begun: begun, at: now, rules: behavior.health) == .down
        else { return nil }
        retire(node)
        return Effects(
            node: node, change: .down, endsTunnels: behavior.health.tunnelsOnDown == .all ? .all : .none)
    }

    /// A connect to the node succeeded.
    mutating func connected(_ node: Int) -> Effects? {
        guard health.indices.contains(node), health[node].connected() == .up else { return nil }
        return Effects(node: node, change: .up)
    }

    /// The node answered an upgrade with 101.
    mutating func acceptedUpgrade(at now: MonotonicClock.Instant) { upgrades.answered(101, at: now) }

    /// The node answered an upgrade with this status other than 101.
    mutating func refusedUpgrade(_ node: Int, status: Int, ofSession: Bool, at now: MonotonicClock.Instant) {
        upgrades.answered(status, at: now)
        guard let ejection = behavior.health.refusedUpgradeEjection, ofSession, status >= 400,
            health.indices.contains(node)
        else { return }
        health[node].eject(until: now + ejection)
    }

    /// The client gave up an upgrade: unanswered, or this long after a 101 with no byte from the node.
    mutating func abortedUpgrade(_ node: Int, silentFor silence: Duration?, at now: MonotonicClock.Instant) {
        guard let rule = behavior.health.abortedUpgradeEjection, health.indices.contains(node),
            silence.map({ $0 <= rule.silence }) ?? true
        else { return }
        health[node].eject(until: now + rule.ejection)
    }

    private mutating func retire(_ node: Int) {
        guard behavior.health.readmission == .afterAllWereDown else { return }
        health[node].retired = true
        if health.allSatisfy(\.retired) {
            for index in health.indices { health[index].retired = false }
        }
    }
}
