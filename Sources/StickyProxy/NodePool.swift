import Clocks
import NIOCore

/// The unused keep-alive connections of one event loop, per node.
final class NodePool {
    private var idle = NodeTable<[NodeConnection]>([])
    var limits: Behavior.Limits

    init(limits: Behavior.Limits) { self.limits = limits }

    /// The connection used last, if it rested no longer than allowed for this kind of request.
    func take(_ node: NodeID, repeatable: Bool) -> NodeConnection? {
        let limit = repeatable ? limits.pooledIdle : limits.pooledIdleForUnsafe
        guard let newest = idle[node].last, newest.idleSince.duration(to: .now) <= limit else { return nil }
        return idle[node].removeLast()
    }

    /// Keeps a connection for later; when there are enough, in place of the one that rested longest, which fewer kinds
    /// of requests may use.
    func put(_ connection: NodeConnection) {
        connection.idleSince = .now
        idle[connection.node].append(connection)
        if idle[connection.node].count > limits.pooledPerNode { idle[connection.node].removeFirst().close() }
    }

    /// Forgets a connection that ended.
    func remove(_ connection: NodeConnection) {
        idle[connection.node].removeAll { $0 === connection }
    }

    /// Closes all of a node's connections.
    func drop(_ node: NodeID) {
        let dropped = idle[node]
        idle[node] = []
        for connection in dropped { connection.close() }
    }

    /// Closes every connection.
    func dropAll() {
        for node in idle.nodes { drop(node) }
    }

    /// Closes what rested too long.
    func dropIdle() {
        for node in idle.nodes {
            let stale = idle[node].filter { $0.idleSince.duration(to: .now) > limits.pooledIdle }
            guard !stale.isEmpty else { continue }
            idle[node].removeAll { connection in stale.contains { $0 === connection } }
            for connection in stale { connection.close() }
        }
    }
}
