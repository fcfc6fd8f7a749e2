import Foundation

/// Rendezvous hashing (highest random weight): the node whose name goes best with a key serves it, and when one goes only
/// its own keys move.
struct RendezvousHash: Sendable {
    /// Hashes of the nodes' names and the nodes' weights, by their numbers.
    private var nodes: [(hash: UInt64, weight: Int)] = []

    /// Another node comes.
    mutating func add(_ name: String, weight: Int) { nodes.append((KeyHash.of(name), weight)) }

    /// The node among these that serves the key.
    func node(for key: Substring, among candidates: [NodeID]) -> NodeID? {
        let key = KeyHash.of(key)
        return candidates.max { score(of: $0, for: key) < score(of: $1, for: key) }
    }

    /// Each node serves its share of keys when these scores are compared: -weight / ln(u), u even between 0 and 1.
    private func score(of node: NodeID, for key: UInt64) -> Double {
        let (hash, weight) = nodes[node.number]
        let even = (Double(KeyHash.mixed(hash ^ key) >> 11) + 0.5) / Double(1 << 53 as UInt64)
        return -Double(weight) / log(even)
    }
}
