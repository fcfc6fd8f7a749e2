import History

/// A node, as an edit names it.
enum NodeChoice: Sendable {
    /// Another one than the event names.
    case other
    /// The one of the first fault.
    case faulty
    /// The one of the first thing that was done to the balancer.
    case operated
    /// The one of this name.
    case named(String)

    /// The one that is meant, with its boot, in place of the one that an event names.
    func node(_ scene: Scene, besides id: String?) -> (id: String, boot: String)? {
        switch self {
        case .other: scene.other(than: id)
        case .faulty: scene.fault.flatMap { scene.node($0.nodeID) }
        case .operated: scene.operatedNode.flatMap(scene.node)
        case .named(let name): scene.node(name)
        }
    }
}
