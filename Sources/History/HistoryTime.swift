public import Clocks

/// A point on the monotonic clock of the machine that judges a run, in nanoseconds.
///
/// Every party of a run on one machine reads the same clock; times of remote nodes are shifted by the measured offset.
public struct HistoryTime: Hashable, Comparable, Sendable, Codable {
    /// Nanoseconds since an arbitrary start, the same for all processes of one machine.
    public var nanoseconds: Int64

    /// A time of so many nanoseconds.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The present time.
    public static var now: HistoryTime { HistoryTime(MonotonicClock.now) }

    /// The same point as the clock names it.
    public init(_ instant: MonotonicClock.Instant) { self.nanoseconds = instant.nanoseconds }

    /// Reads it as it stands in a file.
    public init(from decoder: any Decoder) throws {
        self.nanoseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    /// Writes it as it stands in a file.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(nanoseconds)
    }

    /// Whether `left` is earlier.
    public static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The time this much later; the end of the clock when it lies beyond it, since files and nodes may say anything.
    public static func + (time: Self, duration: Duration) -> Self {
        let (sum, overflow) = time.nanoseconds.addingReportingOverflow(duration.wholeNanoseconds)
        guard overflow else { return HistoryTime(nanoseconds: sum) }
        return HistoryTime(nanoseconds: duration < .zero ? .min : .max)
    }

    /// How long after `earlier` this is; negative when it is before.
    public static func - (later: Self, earlier: Self) -> Duration {
        .nanoseconds(later.nanoseconds) - .nanoseconds(earlier.nanoseconds)
    }

    /// The stretch of so many milliseconds that ends here; a negative length counts as none.
    public func stretchBefore(milliseconds: Int64) -> ClosedRange<HistoryTime> {
        (self + (.zero - .milliseconds(max(0, milliseconds))))...self
    }
}
