/// The times of discovery. ``scaled(by:)`` shortens all of them together.
package struct DiscoveryTiming: Sendable, Hashable {
    /// Between two renewals of a node's own lease.
    package var heartbeat = Duration.seconds(5)
    /// How long a record lives that is not renewed. etcd takes whole seconds, and grants two at least.
    package var lease = Duration.seconds(20)
    /// Between two readings of all records, whatever is told of changes.
    package var refresh = Duration.seconds(5)
    /// Longest wait for one answer of the registry.
    package var answer = Duration.seconds(2)
    /// Before what failed is tried again; it doubles with each failure.
    package var firstRetry = Duration.milliseconds(200)
    /// Longest pause between two tries.
    package var longestRetry = Duration.seconds(5)
    /// How long one watch is used; then the next begins where it ended, since of a dead line nothing is heard.
    package var watch = Duration.seconds(60)
    /// Longest time for taking a record away in order.
    package var leaving = Duration.seconds(3)

    /// An answer takes this long on a busy machine, however short all else is.
    private static let shortestAnswer = Duration.milliseconds(500)

    /// The times of `meteorhacks:cluster`.
    package init() {}

    /// All times multiplied, by a thousandth at least; the wait for an answer stays half a second at least.
    package func scaled(by factor: Double) -> DiscoveryTiming {
        // Without any time between two requests nothing else would get its turn.
        let factor = max(factor, 0.001)
        var scaled = DiscoveryTiming()
        scaled.heartbeat = heartbeat * factor
        scaled.lease = lease * factor
        scaled.refresh = refresh * factor
        scaled.answer = max(answer * factor, min(answer, Self.shortestAnswer))
        scaled.firstRetry = firstRetry * factor
        scaled.longestRetry = longestRetry * factor
        scaled.watch = watch * factor
        scaled.leaving = max(leaving * factor, min(leaving, Self.shortestAnswer * 2))
        return scaled
    }
}
