import DequeModule
import NIOConcurrencyHelpers

/// How many requests and tunnels each node has, and who waits for a place among them.
final class NodePlaces: Sendable {
    /// What a place is for; an upgrade has one of a tunnel from the beginning.
    enum Use: Sendable, Hashable { case request, tunnel }

    /// How many places each node has; nil for any number.
    struct Limits: Sendable, Equatable {
        var requests: Int?
        var tunnels: Int?
        /// How many may wait for a place at each node.
        var waiting = 0

        init(requests: Int? = nil, tunnels: Int? = nil, waiting: Int = 0) {
            (self.requests, self.tunnels, self.waiting) = (requests, tunnels, waiting)
        }

        /// Those of a behavior; nil where it does not ask how much nodes have.
        init?(_ behavior: Behavior) {
            let limits = behavior.limits
            let isAsked =
                limits.tunnelsPerNode != nil || limits.requestsPerNode != nil
                || behavior.distribution.order == .leastConnections
            guard isAsked else { return nil }
            (requests, tunnels) = (limits.requestsPerNode, limits.tunnelsPerNode)
            waiting = limits.queue?.requestsPerNode ?? 0
        }
    }

    private struct Key: Hashable {
        var node: NodeID
        var use: Use
    }
    private struct Waiting {
        var number: Int
        var told: @Sendable (NodePlace) -> Void
    }
    private struct State {
        var limits: Limits
        var taken: [Key: Int] = [:]
        var queues: [Key: Deque<Waiting>] = [:]
        var waited = 0
    }

    private let state: NIOLockedValueBox<State>

    init(_ limits: Limits) { state = NIOLockedValueBox(State(limits: limits)) }

    /// Goes by other limits from now on; what is taken stays taken, and who waits goes on to.
    func changed(to limits: Limits) -> NodePlaces {
        state.withLockedValue { $0.limits = limits }
        return self
    }

    /// A place at this node; nil when all are taken, or others wait for one.
    func take(on node: NodeID, for use: Use) -> NodePlace? {
        let key = Key(node: node, use: use)
        let isTaken = state.withLockedValue { state in
            let limit = (use == .request ? state.limits.requests : state.limits.tunnels) ?? .max
            guard state.taken[key, default: 0] < limit, state.queues[key] == nil else { return false }
            state.taken[key, default: 0] += 1
            return true
        }
        return isTaken ? NodePlace(node: node, use: use, of: self) : nil
    }

    /// Waits for a place at this node, in the order in which all do; told is called once, from any thread, unless the
    /// ticket is dropped before. Nil when as many wait as may.
    func wait(on node: NodeID, for use: Use, told: @escaping @Sendable (NodePlace) -> Void) -> Ticket? {
        let key = Key(node: node, use: use)
        return state.withLockedValue { state in
            guard state.queues[key]?.count ?? 0 < state.limits.waiting else { return nil }
            state.waited += 1
            state.queues[key, default: []].append(Waiting(number: state.waited, told: told))
            return Ticket(node: node, use: use, number: state.waited, of: self)
        }
    }

    /// A place in a queue; given up when nobody holds it any more.
    final class Ticket: Sendable {
        private let key: (node: NodeID, use: Use)
        private let number: Int
        private let places: NodePlaces

        fileprivate init(node: NodeID, use: Use, number: Int, of places: NodePlaces) {
            key = (node, use)
            self.number = number
            self.places = places
        }

        deinit { places.giveUp(number, key.node, key.use) }
    }

    private func giveUp(_ number: Int, _ node: NodeID, _ use: Use) {
        let key = Key(node: node, use: use)
        // What a waiting closure holds may be freed with it, and give a place back.
        let given = state.withLockedValue { state -> Waiting? in
            guard let index = state.queues[key]?.firstIndex(where: { $0.number == number }) else { return nil }
            let given = state.queues[key]?.remove(at: index)
            if state.queues[key]?.isEmpty == true { state.queues[key] = nil }
            return given
        }
        withExtendedLifetime(given) {}
    }

    fileprivate func giveBack(_ node: NodeID, _ use: Use) {
        let key = Key(node: node, use: use)
        let next = state.withLockedValue { state -> Waiting? in
            guard let next = state.queues[key]?.popFirst() else {
                let rest = (state.taken[key] ?? 1) - 1
                state.taken[key] = rest > 0 ? rest : nil
                return nil
            }
            if state.queues[key]?.isEmpty == true { state.queues[key] = nil }
            return next
        }
        if let next { next.told(NodePlace(node: node, use: use, of: self)) }
    }

    /// Requests and tunnels of each node, those that wait included.
    var loads: NodeTable<Int> {
        state.withLockedValue { state in
            var loads = NodeTable(0)
            for (key, count) in state.taken { loads[key.node] += count }
            for (key, queue) in state.queues { loads[key.node] += queue.count }
            return loads
        }
    }
}

/// The place of one request or tunnel at a node; given back when nobody holds it any more.
final class NodePlace: Sendable {
    private let node: NodeID
    private let use: NodePlaces.Use
    private let places: NodePlaces

    fileprivate init(node: NodeID, use: NodePlaces.Use, of places: NodePlaces) {
        self.node = node
        self.use = use
        self.places = places
    }

    deinit { places.giveBack(node, use) }
}
