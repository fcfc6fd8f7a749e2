/// Consistent hashing: nodes have places on a ring, and a key is served by the next one.
struct HashRing: Sendable {
    private let placesPerWeight: Int
    private var count = 0
    /// In their order on the ring.
    private var places: [(at: UInt64, node: NodeID)] = []

    init(placesPerWeight: Int) { self.placesPerWeight = max(1, placesPerWeight) }

    /// Another node comes.
    mutating func add(_ name: String, weight: Int) {
        let (node, hash) = (NodeID(count), KeyHash.of(name))
        count += 1
        for place in 0..<placesPerWeight * weight {
            places.append((KeyHash.mixed(hash &+ KeyHash.mixed(UInt64(place))), node))
        }
        places.sort { ($0.at, $0.node) < ($1.at, $1.node) }
    }

    /// The node among these that serves the key.
    func node(for key: Substring, among candidates: [NodeID]) -> NodeID? {
        if candidates.isEmpty { return nil }
        let hash = KeyHash.mixed(KeyHash.of(key))
        var (low, high) = (0, places.count)
        while low < high {
            let middle = (low + high) / 2
            if places[middle].at < hash { low = middle + 1 } else { high = middle }
        }
        let next = places[low...].first { candidates.contains($0.node) }
        return (next ?? places[..<low].first { candidates.contains($0.node) })?.node
    }
}
