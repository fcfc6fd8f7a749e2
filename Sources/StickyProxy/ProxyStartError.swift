/// A configuration that no proxy can run with.
package enum ProxyStartError: Error, Hashable, CustomStringConvertible {
    /// There is nothing to forward to.
    case noNodes
    /// Two nodes have the same id, so that no cookie could tell them apart.
    case duplicateNode(String)

    /// What is wrong, and the remedy.
    package var description: String {
        switch self {
        case .noNodes: "the proxy has no nodes; give at least one"
        case .duplicateNode(let id): "two nodes are called \"\(id)\"; give each an id of its own"
        }
    }

    static func check(_ nodes: [ProxyNode], mayComeLater: Bool) throws(ProxyStartError) {
        guard mayComeLater || !nodes.isEmpty else { throw .noNodes }
        var seen: Set<String> = []
        for node in nodes where !seen.insert(node.id).inserted { throw .duplicateNode(node.id) }
    }
}
