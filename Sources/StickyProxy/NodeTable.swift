/// A value for each node, the same for all until it is changed.
struct NodeTable<Value> {
    private var values: [Value] = []
    private let first: Value

    /// Every node has this value.
    init(_ first: Value) { self.first = first }

    subscript(node: NodeID) -> Value {
        _read { if node.number < values.count { yield values[node.number] } else { yield first } }
        _modify {
            while values.count <= node.number { values.append(first) }
            yield &values[node.number]
        }
    }

    /// The values that may have been changed.
    var all: [Value] { values }

    /// The nodes whose values may have been changed.
    var nodes: [NodeID] { values.indices.map { NodeID($0) } }
}

extension NodeTable: Sendable where Value: Sendable {}
extension NodeTable: Equatable where Value: Equatable {}
