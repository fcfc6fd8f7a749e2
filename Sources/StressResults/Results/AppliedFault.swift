/// A fault as it was really in force.
public struct AppliedFault: Codable, Sendable, Hashable {
    /// As the scenario says it.
    public var plan: String
    /// The node.
    public var node: String
    /// From when it may have been in force, in seconds from the beginning of the run.
    public var from: Double
    /// When it was healed; nil where the run ended under it.
    public var to: Double?

    /// A fault.
    public init(plan: String, node: String, from: Double, to: Double?) {
        self.plan = plan
        self.node = node
        self.from = from
        self.to = to
    }
}
