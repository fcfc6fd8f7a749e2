package import Statistics

/// All that a run, or a shard of one, has measured and found.
public struct StressResult: Sendable, Hashable {
    /// What was put under load.
    public struct Target: Codable, Sendable, Hashable {
        /// Its name, such as `nginx`.
        public var name: String
        /// Its version in its own words; nil if unknown.
        public var version: String?
        /// Its configuration: a variant, a file, a mutant, or an address.
        public var config: String
        /// The nodes, by their ids; empty where they are none of ours.
        public var nodes: [String]

        /// A target.
        public init(name: String, version: String? = nil, config: String, nodes: [String]) {
            self.name = name
            self.version = version
            self.config = config
            self.nodes = nodes
        }
    }

    /// The scenario in one line; results with equal lines are parts of one.
    public var scenario: String
    /// How many clients the scenario has.
    public var clients: Int
    /// Which part of the clients this is.
    public var shard: Shard
    /// What was put under load.
    public var target: Target
    /// When it began, as ISO 8601.
    public var startedAt: String
    /// How long it took, in seconds, the ramp included, up to where clients said no more.
    public var seconds: Double
    /// What was counted.
    public var counts: StressCounts
    /// Clients that had a session at the end.
    public var connected: Int
    /// From the moment a message was to leave until it was back, in microseconds.
    package var response: HdrHistogram
    /// From the moment a message did leave.
    package var service: HdrHistogram
    /// What losses of connections cost.
    public var recovery: RecoveryTimes
    /// Second by second.
    public var timeline: [TimelineSecond]
    /// The faults that were in force.
    public var faults: [AppliedFault]
    /// Violations with their evidence, some of each kind.
    public var samples: [SampledViolation]
    /// Stretches in which our own loops did not run, so that times are not the balancer's alone, in seconds.
    public var ownStalls: [Double]
    /// Where a process of ours had no descriptor left for a connection, in sentences with what to do: what was seen
    /// meanwhile says nothing of the balancer.
    public var shortages: [String]
    /// Whether it was ended before its time.
    public var isInterrupted: Bool
    /// What readers have to know of how it was run.
    public var notes: [String]
    /// What became of nodes that joined and left with the load; nil where they did not.
    public var followedLoad: FollowedLoad?

    /// A result.
    package init(
        scenario: String, clients: Int, shard: Shard, target: Target, startedAt: String, seconds: Double,
        counts: StressCounts, connected: Int, response: HdrHistogram, service: HdrHistogram,
        recovery: RecoveryTimes = RecoveryTimes(), timeline: [TimelineSecond], faults: [AppliedFault],
        samples: [SampledViolation],
        ownStalls: [Double], shortages: [String] = [],
        isInterrupted: Bool, notes: [String], followedLoad: FollowedLoad? = nil
    ) {
        self.scenario = scenario
        self.clients = clients
        self.shard = shard
        self.target = target
        self.startedAt = startedAt
        self.seconds = seconds
        self.counts = counts
        self.connected = connected
        self.response = response
        self.service = service
        self.recovery = recovery
        self.timeline = timeline
        self.faults = faults
        self.samples = samples
        self.ownStalls = ownStalls
        self.shortages = shortages
        self.isInterrupted = isInterrupted
        self.notes = notes
        self.followedLoad = followedLoad
    }

    /// This percentile, 0 to 100, of the response time, in seconds; nil where there are no answers.
    public func responseTime(percentile: Double) -> Double? {
        response.value(atPercentile: percentile).map { Double($0) / 1_000_000 }
    }

    /// The value of what a threshold measures; nil where it could not be measured.
    public func value(of measure: Threshold.Measure) -> Double? {
        switch measure {
        case .percentile(let percent): responseTime(percentile: percent)
        case .maximum: responseTime(percentile: 100)
        case .mean: response.mean.map { $0 / 1_000_000 }
        case .rate: seconds > 0 ? Double(counts.answered) / seconds : nil
        case .failures: counts.sent == 0 ? nil : Double(counts.sent - counts.answered) / Double(counts.sent)
        case .violations: Double(counts.allViolations)
        case .disconnected:
            counts.clients == 0 ? nil : Double(counts.clients - connected) / Double(counts.clients)
        }
    }

    /// What a script should conclude.
    public func conclusion(_ thresholds: [Threshold]) -> StressConclusion {
        // What was violated may be our own doing.
        guard shortages.isEmpty else { return .incomplete }
        if counts.allViolations > 0 { return .violations }
        // Nothing was seen that could speak for the balancer.
        guard counts.answered > 0 else { return .incomplete }
        if thresholds.contains(where: { !$0.holds(value(of: $0.measure)) }) { return .violations }
        // Whether those without a session could have had one is not known.
        if counts.excusedAttempts > 0, connected < counts.clients { return .incomplete }
        return isInterrupted ? .incomplete : .pass
    }
}

/// What a script should conclude from a stress run; the raw value is the exit code.
public enum StressConclusion: Int32, Sendable, Hashable {
    /// Messages came back, nothing was violated, every threshold is kept.
    case pass = 0
    /// A rule of sessions is violated, or a threshold missed.
    case violations = 1
    /// No message came back, a process of ours had no descriptors left, a shard is missing, or the run was ended before its
    /// time.
    case incomplete = 4
}
