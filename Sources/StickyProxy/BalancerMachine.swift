import Clocks
import Wire

/// All that the proxy knows of its nodes and clients; decides without sockets or a clock.
struct BalancerMachine: Sendable {
    /// A request that needs a node.
    struct Query: Sendable, Equatable {
        /// What it shows of the key that affinity goes by.
        var key: Substring?
        /// What else it shows of it, where its client holds several.
        var otherKeys: [Substring] = []
        /// The session id of a SockJS session URL.
        var session: Substring?
        /// Nodes that this request can't use: a connect to them failed.
        var excluded: Set<NodeID> = []
        /// The node of the client connection's first request.
        var pinned: NodeID?
        /// Whether it goes to another node than the one it belongs to.
        var isAstray = false
        /// Requests and tunnels of each node, where the distribution goes by them.
        var loads = NodeTable(0)
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

    private(set) var behavior: Behavior
    var roster: Roster
    var engine: AffinityEngine
    var health = NodeTable(NodeHealth())
    var upgrades: UpgradeBreaker
    /// The node from which on the next new client gets one.
    private var cursor = NodeID(0)
    private var sessions: LRUTable<Substring, NodeID>
    /// For nodes of different weights: how far each is behind its share (smooth weighted round robin).
    private var credit = NodeTable(0)
    /// When the first client came in vain for a node that is down; for `DeadNode.rehomedLate`.
    private var missedSince: [NodeID: MonotonicClock.Instant] = [:]

    init(nodes: [ProxyNode], behavior: Behavior) {
        self.behavior = behavior
        roster = Roster(nodes)
        engine = AffinityEngine(behavior.affinity, nodes: nodes)
        upgrades = UpgradeBreaker(behavior.upgrade.breaker)
        sessions = LRUTable(capacity: Self.sessionCapacity(behavior))
    }

    /// Goes by another behavior from now on. What it knows of nodes and clients it keeps as far as it still means the same.
    mutating func reload(_ new: Behavior) {
        let old = behavior
        behavior = new
        if new.upgrade.breaker != old.upgrade.breaker { upgrades = UpgradeBreaker(new.upgrade.breaker) }
        if new.changes.clientsOnReload == .forgotten {
            forgetClients()
        } else if new.affinity != old.affinity {
            engine = engine.reloaded(new.affinity, after: old.affinity, nodes: roster.everyNode)
            sessions.resize(to: Self.sessionCapacity(new))
        }
        guard new.health.probe == nil else { return }
        // No check will find those healthy.
        for node in roster.present { roster.joined(node) }
        for node in roster.present { health[node].forgetProbes() }
    }

    private mutating func forgetClients() {
        engine = AffinityEngine(behavior.affinity, nodes: roster.everyNode)
        sessions = LRUTable(capacity: Self.sessionCapacity(behavior))
    }

    private static func sessionCapacity(_ behavior: Behavior) -> Int {
        AffinityEngine.remembersSessions(behavior.affinity.rule) ? behavior.affinity.sessionCapacity : 0
    }

    // MARK: Routing

    /// Chooses the node of a request and remembers the choice.
    ///
    /// - Parameter random: a number drawn anew at each call, all alike.
    mutating func route(
        _ query: Query, at now: MonotonicClock.Instant, random: @autoclosure () -> UInt64
    ) -> Route {
        let route = decide(query, now, random)
        return query.isAstray ? astray(route, query, now) : route
    }

    /// The next node that is up in place of the right one; the client keeps its cookie.
    private func astray(_ route: Route, _ query: Query, _ now: MonotonicClock.Instant) -> Route {
        guard case .node(let right, _) = route else { return route }
        let others = candidates(query, now).filter { $0 != right }
        return (others.first { $0 > right } ?? others.first).map { .node($0, setCookie: nil) } ?? route
    }

    private mutating func decide(_ query: Query, _ now: MonotonicClock.Instant, _ random: () -> UInt64) -> Route {
        var query = query
        let claim = claim(&query, random)
        if let pinned = query.pinned, usable(pinned, query, now) {
            return .node(pinned, setCookie: claim.owner == nil ? engine.goes(to: pinned, claim, query) : nil)
        }
        if claim.isUnknown {
            switch behavior.affinity.unknownKey {
            case .replaced: break
            case .refused: return .refused
            case .believed: if let node = believe(query.key) { return .node(node, setCookie: nil) }
            }
        }
        let known = query.session.flatMap { sessions.value(for: $0) }
        if engine.yieldsToSessions, let known, usable(known, query, now) { return goes(to: known, claim, query) }
        if let owner = claim.owner {
            let isBack = behavior.affinity.deadNode == .lent && usable(owner, query, now)
            if !isBack, let moved = claim.moved, usable(moved, query, now) { return goes(to: moved, claim, query) }
            if usable(owner, query, now) {
                if !missedSince.isEmpty { missedSince[owner] = nil }
                return goes(to: owner, claim, query)
            }
            if isRefused(owner, now) { return .refused }
            if claim.moved != nil, behavior.affinity.secondMove == .refused { return .refused }
        }
        guard
            let node = known.flatMap({ usable($0, query, now) ? $0 : nil }) ?? next(query, claim, now, random)
        else {
            guard let node = lastResort(claim.moved ?? claim.owner ?? known, query, now) else { return .noNode }
            return .lastResort(node, setCookie: engine.goes(to: node, claim, query))
        }
        if claim.owner != nil { engine.moved(claim, to: node) }
        return goes(to: node, claim, query)
    }

    /// The node of an address that no node has, which is one from now on, though not for others.
    private mutating func believe(_ key: Substring?) -> NodeID? {
        guard let key, roster.present.count < Self.mostBelieved,
            let endpoint = try? Endpoint(parsing: String(key))
        else { return nil }
        let node = ProxyNode(id: String(key), endpoint: endpoint)
        guard let id = try? roster.add(node, .draining) else { return nil }
        engine.add(node)
        return id
    }

    /// Else clients would fill the memory.
    private static let mostBelieved = 64

    /// What the request says by the first of its keys that is somebody's, which is its key from then on: what a path or a
    /// domain of before left behind must not hide the one that holds.
    private mutating func claim(_ query: inout Query, _ random: () -> UInt64) -> Claim {
        let first = engine.claim(query, among: roster, fresh: random)
        guard first.isUnknown, behavior.affinity.severalKeys == .anyKnown else { return first }
        for key in query.otherKeys {
            var other = query
            other.key = key
            let claim = engine.claim(other, among: roster, fresh: random)
            if claim.isUnknown { continue }
            query = other
            return claim
        }
        return first
    }

    private mutating func goes(to node: NodeID, _ claim: Claim, _ query: Query) -> Route {
        // A table's key must not keep the request's head alive.
        if let session = query.session { sessions.set(node, for: Substring(String(session))) }
        let cookie = engine.goes(to: node, claim, query)
        let isLent = behavior.affinity.deadNode == .lent && claim.owner.map(hasNotLeft) ?? false
        return .node(node, setCookie: isLent ? nil : cookie)
    }

    /// Whether a client of this node, which it can't reach, must wait.
    private mutating func isRefused(_ owner: NodeID, _ now: MonotonicClock.Instant) -> Bool {
        guard hasNotLeft(owner) else { return behavior.affinity.deadNode == .refusedForGood }
        switch behavior.affinity.deadNode {
        case .rehomed, .lent: return false
        case .refused, .refusedForGood: return true
        case .rehomedLate(let delay):
            let since = missedSince[owner] ?? now
            missedSince[owner] = since
            return now - since < delay
        }
    }

    func hasNotLeft(_ node: NodeID) -> Bool { roster[node].state != .gone }

    private func usable(_ node: NodeID, _ query: Query, _ now: MonotonicClock.Instant) -> Bool {
        keepsClients(node) && !query.excluded.contains(node) && health[node].isAvailable(at: now)
    }

    private func keepsClients(_ node: NodeID) -> Bool {
        if behavior.changes.draining == .nobody, roster[node].state == .draining { return false }
        return roster.keepsClients(node)
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

    private mutating func next(
        _ query: Query, _ claim: Claim, _ now: MonotonicClock.Instant, _ random: () -> UInt64
    ) -> NodeID? {
        let candidates = candidates(query, now)
        if candidates.isEmpty { return nil }
        if let node = engine.substitute(for: claim, among: candidates) { return node }
        switch behavior.distribution.order {
        case .roundRobin: return inTurn(candidates)
        case .random: return drawn(from: candidates, random())
        case .leastConnections:
            // Those that are equal have their turns.
            func load(_ node: NodeID) -> Double { Double(query.loads[node]) / Double(roster[node].node.weight) }
            let least = candidates.map(load).min() ?? 0
            return inTurn(candidates.filter { load($0) <= least })
        }
    }

    private mutating func inTurn(_ candidates: [NodeID]) -> NodeID {
        let weights = candidates.map { roster[$0].node.weight }
        guard weights.contains(where: { $0 != weights[0] }) else {
            let node = candidates.first { $0 >= cursor } ?? candidates[0]
            cursor = NodeID(node.number + 1)
            return node
        }
        for (node, weight) in zip(candidates, weights) { credit[node] += weight }
        var chosen = candidates[0]
        for node in candidates where credit[node] > credit[chosen] { chosen = node }
        credit[chosen] -= weights.reduce(0, +)
        return chosen
    }

    private func drawn(from candidates: [NodeID], _ random: UInt64) -> NodeID {
        let weights = candidates.map { roster[$0].node.weight }
        var rest = Int(random % UInt64(weights.reduce(0, +)))
        for (node, weight) in zip(candidates, weights) {
            if rest < weight { return node }
            rest -= weight
        }
        return candidates[0]
    }

    /// A node that is down, the client's own if possible: a try is better than a certain refusal.
    private mutating func lastResort(_ owner: NodeID?, _ query: Query, _ now: MonotonicClock.Instant) -> NodeID? {
        guard behavior.distribution.lastResort != nil else { return nil }
        func isAllowed(_ node: NodeID) -> Bool {
            !query.excluded.contains(node) && health[node].isLastResort(at: now)
        }
        if let owner, keepsClients(owner), isAllowed(owner) { return owner }
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
        let state: Roster.State =
            switch behavior.changes.newNodes {
            case .serving: behavior.health.probe == nil ? .serving : .joining
            case .draining: .draining
            }
        let id = try roster.add(node, state)
        engine.add(node)
        rosterChanged()
        return id
    }

    private mutating func rosterChanged() {
        if behavior.changes.clientsOnRosterChange == .forgotten { forgetClients() }
    }

    /// The node of this name gets no new clients from now on.
    @discardableResult
    mutating func drain(_ name: String) throws(RosterError) -> NodeID {
        let id = try roster.id(named: name)
        if behavior.changes.draining != .everybody { try roster.drain(id) }
        return id
    }

    /// The node of this name gets new clients again.
    mutating func undrain(_ name: String) throws(RosterError) { roster.undrain(try roster.id(named: name)) }

    /// The node of this name leaves, and its clients go to others.
    mutating func remove(_ name: String) throws(RosterError) -> NodeID {
        let id = try roster.id(named: name)
        roster.remove(id)
        missedSince[id] = nil
        readmitIfAllWereDown()
        rosterChanged()
        return id
    }
}
