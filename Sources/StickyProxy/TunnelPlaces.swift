import NIOConcurrencyHelpers

/// How many more tunnels each node may have.
final class TunnelPlaces: Sendable {
    private let free: NIOLockedValueBox<NodeTable<Int>>

    init(perNode: Int) { free = NIOLockedValueBox(NodeTable(perNode)) }

    /// A place at this node; nil when all are taken.
    func take(on node: NodeID) -> TunnelPlace? {
        let isTaken = free.withLockedValue { free in
            guard free[node] > 0 else { return false }
            free[node] -= 1
            return true
        }
        return isTaken ? TunnelPlace(node: node, of: self) : nil
    }

    fileprivate func giveBack(_ node: NodeID) { free.withLockedValue { $0[node] += 1 } }
}

/// One tunnel's place at a node; given back when nobody holds it any more.
final class TunnelPlace: Sendable {
    private let node: NodeID
    private let places: TunnelPlaces

    fileprivate init(node: NodeID, of places: TunnelPlaces) {
        self.node = node
        self.places = places
    }

    deinit { places.giveBack(node) }
}
