import Statistics

extension StressResult {
    /// The result of a run that came to nothing.
    package init(nothingOf scenario: String, clients: Int, shard: Shard, target: Target, startedAt: String) {
        self.init(
            scenario: scenario, clients: clients, shard: shard, target: target, startedAt: startedAt, seconds: 0,
            counts: StressCounts(), connected: 0, response: HdrHistogram(.latency), service: HdrHistogram(.latency),
            timeline: [], faults: [], samples: [], ownStalls: [], isInterrupted: false, notes: [])
    }
}
