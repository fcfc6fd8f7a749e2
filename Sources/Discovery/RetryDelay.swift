/// How long to wait before what failed is tried again: twice as long after each failure, up to a bound.
struct RetryDelay: Sendable {
    private let first: Duration
    private let longest: Duration
    private let share: Double
    private var failures = 0

    /// `spread`, from 0 to 1, is another number for each node, so that many don't come back at once: 0 halves each pause,
    /// 1 leaves it whole.
    init(_ timing: DiscoveryTiming, spread: Double) {
        first = timing.firstRetry
        longest = timing.longestRetry
        share = 0.5 + 0.5 * min(max(spread, 0), 1)
    }

    /// The pause after one more failure.
    mutating func next() -> Duration {
        let pause = min(longest, first * (1 << failures))
        // More doubling would only overflow.
        failures = min(failures + 1, 20)
        return pause * share
    }

    /// What failed has succeeded.
    mutating func reset() { failures = 0 }
}
