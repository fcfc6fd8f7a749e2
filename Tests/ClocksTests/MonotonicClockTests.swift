import Clocks
import Testing

@Suite("The machine's clock")
struct MonotonicClockTests {
    typealias Instant = MonotonicClock.Instant

    @Test(
        "Whole nanoseconds are cut off towards zero, and end where their number does",
        arguments: Self.durations)
    func nanoseconds(_ duration: Duration, _ expected: Int64) { #expect(duration.wholeNanoseconds == expected) }

    static let durations: [(Duration, Int64)] = [
        (Duration.zero, 0), (.nanoseconds(1), 1), (.seconds(1), 1_000_000_000),
        (.seconds(-1), -1_000_000_000), (Duration(secondsComponent: 0, attosecondsComponent: 1_999_999_999), 1),
        (Duration(secondsComponent: 0, attosecondsComponent: -1_999_999_999), -1),
        (.seconds(18), 18_000_000_000), (.seconds(19), 19_000_000_000), (.nanoseconds(Int64.max), .max),
        (.nanoseconds(Int64.max) + .nanoseconds(1), .max), (.nanoseconds(Int64.min), .min),
        (.nanoseconds(Int64.min) - .seconds(1), .min), (.seconds(Int64.max), .max), (.seconds(Int64.min), .min),
    ]

    @Test(
        "What lies beyond the clock is its end",
        arguments: Self.moves)
    func ends(_ start: Int64, _ duration: Duration, _ end: Int64) {
        #expect((Instant(nanoseconds: start) + duration).nanoseconds == end)
        var moved = Instant(nanoseconds: start)
        moved += duration
        #expect(moved.nanoseconds == end)
    }

    static let moves: [(Int64, Duration, Int64)] = [
        (0, .nanoseconds(7), 7), (5, .nanoseconds(-7), -2), (.max, .nanoseconds(1), .max),
        (.min, .nanoseconds(-1), .min), (0, .seconds(Int64.max), .max),
    ]

    @Test(
        "Instants are as far from each other as their numbers",
        arguments: Self.pairs)
    func distances(_ left: Int64, _ right: Int64) {
        let (from, to) = (Instant(nanoseconds: left), Instant(nanoseconds: right))
        #expect(to - from == .nanoseconds(right) - .nanoseconds(left))
        let (difference, overflow) = right.subtractingReportingOverflow(left)
        #expect(to.nanoseconds(since: from) == (overflow ? (right < left ? .min : .max) : difference))
        #expect((from < to) == (left < right))
    }

    static let pairs: [(Int64, Int64)] = [(3, 10), (10, 3), (-1, 1), (.min, .max), (.max, .min)]

    @Test func `It goes on as the clock of the standard library does`() {
        let before = ContinuousClock.now
        let first = MonotonicClock.now
        let within = ContinuousClock.now
        while ContinuousClock.now - within < .milliseconds(2) {}
        let elapsed = MonotonicClock.now - first
        #expect(elapsed >= .milliseconds(2))
        #expect(elapsed <= ContinuousClock.now - before)
    }

    @Test func `A sleep ends behind its deadline, and by cancellation`() async throws {
        let deadline = MonotonicClock.now + .milliseconds(5)
        try await MonotonicClock().sleep(until: deadline)
        #expect(MonotonicClock.now >= deadline)
        let sleeper = Task { try await MonotonicClock().sleep(until: .now + .seconds(600)) }
        sleeper.cancel()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
    }
}
