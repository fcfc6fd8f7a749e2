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
}
