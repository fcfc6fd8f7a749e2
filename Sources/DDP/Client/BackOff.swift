/// How long a client waits before it connects again.
public struct BackOff: Sendable, Hashable {
    /// Attempts that come after `minimum`.
    public var quickAttempts = 2
    /// The wait before those.
    public var minimum: Duration = .milliseconds(10)
    /// The wait before any other is this times `factor` to the power of the attempts made.
    public var base: Duration = .seconds(1)
    /// Growth from attempt to attempt.
    public var factor = 2.2
    /// The longest wait, before it is spread.
    public var maximum: Duration = .seconds(300)
    /// Waits are spread evenly over this share of themselves, half of it below and half above.
    public var spread = 0.5

    /// Meteor's rule.
    public init() {}

    /// From what the wait before the attempt that follows this many is drawn.
    public func range(after attempts: Int) -> ClosedRange<Duration> {
        guard attempts >= quickAttempts else { return minimum...minimum }
        var wait = base
        for _ in 0..<attempts where wait < maximum { wait = wait * factor }
        return min(wait, maximum) * (1 - spread / 2)...min(wait, maximum) * (1 + spread / 2)
    }

    /// The wait before the attempt that follows this many.
    public func delay(after attempts: Int, using generator: inout some RandomNumberGenerator) -> Duration {
        let range = range(after: attempts)
        return range.lowerBound
            + (range.upperBound - range.lowerBound) * Double.random(in: 0...1, using: &generator)
    }
}
