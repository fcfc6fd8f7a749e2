/// By what rule nodes join and leave with the load in a run, as those who judge it must know.
public struct ScalingFacts: Codable, Sendable, Hashable {
    /// Fewest nodes.
    public var minimum: Int
    /// Most nodes.
    public var maximum: Int
    /// Requests a second that each node is to have.
    public var target: Double
    /// How long the load must be above the target before nodes join.
    public var growthMilliseconds: Int64
    /// How long the load must be below it before a node leaves.
    public var shrinkMilliseconds: Int64
    /// How long it is after a node has left before another one may.
    public var pauseMilliseconds: Int64
    /// How long a node that is to leave keeps its clients at most.
    public var drainMilliseconds: Int64

    /// A rule.
    public init(
        minimum: Int, maximum: Int, target: Double, growthMilliseconds: Int64, shrinkMilliseconds: Int64,
        pauseMilliseconds: Int64, drainMilliseconds: Int64
    ) {
        self.minimum = minimum
        self.maximum = maximum
        self.target = target
        self.growthMilliseconds = growthMilliseconds
        self.shrinkMilliseconds = shrinkMilliseconds
        self.pauseMilliseconds = pauseMilliseconds
        self.drainMilliseconds = drainMilliseconds
    }
}
