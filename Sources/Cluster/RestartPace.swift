package import Clocks

/// How long a worker that ended is waited with: half a second for each restart of the last minute, so that one that can't
/// live costs little.
package struct RestartPace: Sendable, Hashable {
    private static let step = Duration.milliseconds(500)
    private static let window = Duration.seconds(60)

    private var restarts: [MonotonicClock.Instant] = []

    /// Nothing was restarted yet.
    package init() {}

    /// The worker ended; after so long another one is to begin.
    package mutating func delay(at now: MonotonicClock.Instant) -> Duration {
        restarts.removeAll { now - $0 >= Self.window }
        restarts.append(now)
        return Self.step * restarts.count
    }
}
