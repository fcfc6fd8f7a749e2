/// The node to which a client's address leads, by the knob ``Behavior/Affinity/Address``.
struct AddressAffinity: Sendable {
    private let rule: Behavior.Affinity.Address
    /// Hashes of the nodes' names, by their numbers.
    private var nodes: [UInt64]
    private var learned: LRUTable<String, NodeID>

    init(_ rule: Behavior.Affinity.Address, nodes: [String]) {
        self.rule = rule
        self.nodes = nodes.map(Self.hash)
        if case .table(let capacity) = rule {
            learned = LRUTable(capacity: capacity)
        } else {
            learned = LRUTable(capacity: 0)
        }
    }

    /// Another node comes.
    mutating func add(_ name: String) { nodes.append(Self.hash(name)) }

    /// The address's node among these; nil while it has none, or none of these.
    mutating func node(for address: String, among candidates: [NodeID]) -> NodeID? {
        switch rule {
        case .table: learned.value(for: address).flatMap { candidates.contains($0) ? $0 : nil }
        case .hash: candidates.max { weight(of: $0, for: address) < weight(of: $1, for: address) }
        }
    }

    /// A node began to answer a client of this address; `isUsable` tells whether the one it had till now still serves.
    mutating func answered(_ node: NodeID, to address: String, isUsable: (NodeID) -> Bool) {
        // The first answer decides, also for requests that were on their way to other nodes.
        if let present = learned.value(for: address), isUsable(present) { return }
        learned.set(node, for: address)
    }

    /// Rendezvous hashing: the node with the greatest weight serves, and only its own clients move when it goes.
    private func weight(of node: NodeID, for address: String) -> UInt64 {
        var mixed = nodes[node.number] ^ Self.hash(address)
        // Addresses of one network differ in their last bits; SplitMix64 carries these to all others.
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// FNV-1a.
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
