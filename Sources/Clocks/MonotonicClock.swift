#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The clock of `ContinuousClock`, with instants of a fixed layout: eight bytes that every process of the machine reads
/// alike.
///
/// The layout of `ContinuousClock.Instant` is known at run time only, so that each value that holds one is copied and
/// looked at through the runtime; of machines that tell the time with every event that is a large part of their work.
public struct MonotonicClock: Clock {
    /// A point on the clock.
    @frozen
    public struct Instant: InstantProtocol, Sendable {
        /// Nanoseconds since the machine started.
        public var nanoseconds: Int64

        /// The point so many nanoseconds after the machine started.
        @inlinable
        public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

        /// The present.
        @inlinable
        public static var now: Instant { MonotonicClock.now }

        /// The point this much later; the end of the clock where it lies beyond it.
        @inlinable
        public func advanced(by duration: Duration) -> Instant {
            let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.wholeNanoseconds)
            guard overflow else { return Instant(nanoseconds: sum) }
            return Instant(nanoseconds: duration < .zero ? .min : .max)
        }

        /// How long it is from here to the other.
        @inlinable
        public func duration(to other: Instant) -> Duration {
            .nanoseconds(other.nanoseconds) - .nanoseconds(nanoseconds)
        }

        /// Nanoseconds since an earlier point, in a number where a `Duration` would be a long way round; they end where
        /// its range does.
        @inlinable
        public func nanoseconds(since earlier: Instant) -> Int64 {
            let (difference, overflow) = nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
            guard overflow else { return difference }
            return self < earlier ? .min : .max
        }

        /// The point this much later.
        @inlinable
        public static func + (instant: Instant, duration: Duration) -> Instant { instant.advanced(by: duration) }

        /// The point this much earlier.
        @inlinable
        public static func - (instant: Instant, duration: Duration) -> Instant {
            instant.advanced(by: .zero - duration)
        }

        /// How long after `earlier` this is; negative when it is before.
        @inlinable
        public static func - (later: Instant, earlier: Instant) -> Duration { earlier.duration(to: later) }

        /// Moves it this much later.
        @inlinable
        public static func += (instant: inout Instant, duration: Duration) { instant = instant + duration }

        /// Moves it this much earlier.
        @inlinable
        public static func -= (instant: inout Instant, duration: Duration) { instant = instant - duration }

        /// Whether `left` is earlier.
        @inlinable
        public static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }
    }

    /// The machine's clock.
    public init() {}

    /// The present.
    public static var now: Instant {
        var time = timespec()
        #if os(Linux)
            let clock = CLOCK_BOOTTIME
        #else
            let clock = CLOCK_MONOTONIC_RAW
        #endif
        // It fails for a clock that the system does not have, and for no other reason.
        clock_gettime(clock, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// The present.
    public var now: Instant { Self.now }

    /// What the clock tells apart.
    public var minimumResolution: Duration { .nanoseconds(1) }

    /// Waits until that point.
    ///
    /// Throws `CancellationError` as soon as the task is cancelled.
    public func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
        try await ContinuousClock().sleep(for: now.duration(to: deadline), tolerance: tolerance)
    }
}
