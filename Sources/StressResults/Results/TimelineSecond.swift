/// What was seen in one second of a run.
public struct TimelineSecond: Codable, Sendable, Hashable {
    /// When it ended, in seconds from the beginning of the run.
    public var at: Double
    /// Clients by state at its end.
    public var clients: ClientGauge
    /// Messages that went out in it.
    public var sent: Int
    /// Messages that came back in it.
    public var answered: Int
    /// Violations found in it.
    public var violations: Int
    /// Response times of the messages that came back in it, in milliseconds; nil where none did.
    public var median: Double?
    /// The 99th percentile, as `median`.
    public var p99: Double?
    /// The longest, as `median`.
    public var longest: Double?
    /// All of them, in microseconds, as a text of HdrHistogram V2, a few KB long; nil where none came back.
    public var responses: String?

    /// A second.
    public init(
        at: Double, clients: ClientGauge, sent: Int, answered: Int, violations: Int, median: Double?, p99: Double?,
        longest: Double?, responses: String? = nil
    ) {
        self.at = at
        self.clients = clients
        self.sent = sent
        self.answered = answered
        self.violations = violations
        self.median = median
        self.p99 = p99
        self.longest = longest
        self.responses = responses
    }
}
