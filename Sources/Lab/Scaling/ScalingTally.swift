/// What became of nodes that join and leave with the load.
package struct ScalingTally: Sendable, Equatable {
    /// Those that are there, in the order in which they came.
    package private(set) var nodes: [String]
    /// Those of them that get no new clients.
    package private(set) var draining: [String] = []
    /// Most that were there at once.
    package private(set) var most: Int
    /// How many joined.
    package private(set) var joined = 0
    /// How many left.
    package private(set) var left = 0

    /// These are there.
    package init(nodes: [String]) { (self.nodes, most) = (nodes, nodes.count) }

    mutating func joined(_ node: String) {
        nodes.append(node)
        joined += 1
        most = max(most, nodes.count)
    }

    mutating func drains(_ node: String) { draining.append(node) }

    mutating func left(_ node: String) {
        nodes.removeAll { $0 == node }
        draining.removeAll { $0 == node }
        left += 1
    }
}
