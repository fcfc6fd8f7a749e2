#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Ties `ContinuousClock`, whose origin is opaque, to the system's monotonic clock, which processes share.
enum MonotonicEpoch {
    private static let pair = read()
    static var start: ContinuousClock.Instant { pair.instant }
    static var startNanoseconds: Int64 { pair.nanoseconds }

    private static func read() -> (instant: ContinuousClock.Instant, nanoseconds: Int64) {
        var time = timespec()
        #if os(Linux)
            let clock = CLOCK_BOOTTIME
        #else
            let clock = CLOCK_MONOTONIC_RAW
        #endif
        clock_gettime(clock, &time)
        return (ContinuousClock.now, Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}
