/// Something that an operator does to a balancer while it runs.
///
/// The raw names are part of the history format.
public enum Verb: String, CaseIterable, Codable, Sendable, Hashable {
    /// A node keeps its clients and gets no new ones.
    case drain
    /// A node that drains gets new clients again.
    case undrain
    /// Another node comes.
    case add
    /// A node leaves.
    case remove
    /// The configuration is read anew.
    case reload
    /// The balancer is stopped in order and started again.
    case restart
    /// Another instance of the balancer, with the same configuration, begins to serve beside it.
    case twin
    /// Another balancer, whose nodes are instances of this one, begins to serve before it.
    case layer
    /// From now on nodes join and leave with the load, by a rule.
    case scale
}
