/// What has been seen by the end of a second of a run.
public struct StressProgress: Sendable {
    /// The second.
    public var second: TimelineSecond
    /// All that was counted so far.
    public var counts: StressCounts
    /// Faults in force, in words.
    public var faults: [String]

    /// What has been seen.
    package init(second: TimelineSecond, counts: StressCounts, faults: [String]) {
        self.second = second
        self.counts = counts
        self.faults = faults
    }
}
