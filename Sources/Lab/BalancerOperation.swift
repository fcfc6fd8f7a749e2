public import Claims

/// What a bench asks of the balancer before its nodes, while it runs.
public enum BalancerOperation: Sendable {
    /// The node keeps its clients and gets no new ones.
    case drain(NodeRemote)
    /// It gets new clients again.
    case undrain(NodeRemote)
    /// Another node comes.
    case add(NodeRemote)
    /// The node leaves.
    case remove(NodeRemote)
    /// The configuration is read anew.
    case reload
    /// It is stopped in order and started again.
    case restart
    /// From now on nodes join and leave with the load, by the rule of its behavior.
    case scale

    /// The verb that it is.
    public var verb: Verb {
        switch self {
        case .drain: .drain
        case .undrain: .undrain
        case .add: .add
        case .remove: .remove
        case .reload: .reload
        case .restart: .restart
        case .scale: .scale
        }
    }

    /// The node that it is about.
    public var node: NodeRemote? {
        switch self {
        case .drain(let node), .undrain(let node), .add(let node), .remove(let node): node
        case .reload, .restart, .scale: nil
        }
    }
}
