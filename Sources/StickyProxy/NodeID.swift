/// The number under which a proxy knows a node: in the order in which nodes came, and never given to another one.
package struct NodeID: Sendable, Hashable, Comparable {
    /// From 0 on.
    package let number: Int

    init(_ number: Int) { self.number = number }

    /// Whether one came before the other.
    package static func < (one: NodeID, other: NodeID) -> Bool { one.number < other.number }
}
