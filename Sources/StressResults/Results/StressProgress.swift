/// What has been seen by the end of a second of a run.
public struct StressProgress: Sendable {
    /// The second.
    public var second: TimelineSecond
    /// All that was counted so far.
    public var counts: StressCounts
    /// Faults in force, in words.
    public var faults: [String]
    /// The nodes, where they join and leave with the load; else none.
    public var nodes: [String]
    /// Those of them that are about to leave.
    public var drainingNodes: [String]

    /// What has been seen.
    package init(
        second: TimelineSecond, counts: StressCounts, faults: [String], nodes: [String] = [],
        drainingNodes: [String] = []
    ) {
        self.second = second
        self.counts = counts
        self.faults = faults
        self.nodes = nodes
        self.drainingNodes = drainingNodes
    }
}
