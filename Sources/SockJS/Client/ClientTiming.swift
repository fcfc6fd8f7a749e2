/// How long clients wait, and when they come again.
public enum ClientTiming {
    /// `/info` must be answered within this time, or the attempt fails without fallback.
    public static let infoDeadline: Duration = .seconds(8)
    /// Meteor gives `/info` and all transports together this time.
    public static let meteorConnectLimit: Duration = .seconds(10)

    /// The retransmission timeout that a client derives from the round trip of `/info`.
    public static func retransmissionTimeout(infoRoundTrip: Duration) -> Duration {
        infoRoundTrip > .milliseconds(100) ? infoRoundTrip * 4 : infoRoundTrip + .milliseconds(300)
    }

    /// Meteor's delay before reconnect number `retryCount` (from 0; reset when the stream opens); it draws from the range.
    public static func meteorReconnectDelay(retryCount: Int) -> ClosedRange<Duration> {
        guard retryCount >= 2 else { return .milliseconds(10) ... .milliseconds(10) }
        // 2.2^8 s is past the cap of 300 s.
        let base = (0..<min(retryCount, 8)).reduce(1.0) { delay, _ in delay * 2.2 }
        let capped = min(300, base)
        return .seconds(capped * 0.75) ... .seconds(capped * 1.25)
    }
}
