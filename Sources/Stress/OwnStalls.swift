import Clocks
import Synchronization

/// Stretches in which our own loops did not run: a deadline that passed meanwhile says nothing of the balancer.
final class OwnStalls: Sendable {
    private struct Stall {
        var end: MonotonicClock.Instant
        var length: Duration
    }

    /// Lengths that are told at the end.
    private static let toldLimit = 1_000
    /// Stretches that are remembered, the latest.
    private static let rememberedLimit = 64
    /// Within one deadline this much of it may be missing.
    private static let tolerance = Duration.seconds(2)

    /// A peer gives up a client that is not heard of for longer: a node of SockJS waits 5 s for a poll.
    private static let peersPatience = Duration.seconds(4)
    /// In this time a client notices that it was given up: a node of SockJS ends each poll after 25 s.
    private static let noticeLimit = Duration.seconds(30)

    /// Long ones that are remembered, whatever short ones follow.
    private static let longLimit = 16

    private let state = Mutex((latest: [Stall](), long: [Stall](), told: [Double]()))

    /// A loop of ours was late by this much, and runs again.
    func add(_ late: Duration, at now: MonotonicClock.Instant) {
        state.withLock { state in
            state.latest.append(Stall(end: now, length: late))
            if state.latest.count > Self.rememberedLimit { state.latest.removeFirst() }
            if late >= Self.peersPatience {
                state.long.append(Stall(end: now, length: late))
                if state.long.count > Self.longLimit { state.long.removeFirst() }
            }
            if state.told.count < Self.toldLimit { state.told.append(late / .seconds(1)) }
        }
    }

    /// Whether what was to happen within a deadline from then on may have missed it by our own fault.
    func excuse(since start: MonotonicClock.Instant) -> Bool {
        state.withLock { state in
            var sum = Duration.zero
            for stall in state.latest where stall.end >= start { sum += stall.length }
            return sum >= Self.tolerance
        }
    }

    /// Whether a peer may have ended a session, opened since `start`, as nothing was heard of us.
    func excuseEnd(ofSessionSince start: MonotonicClock.Instant, at now: MonotonicClock.Instant) -> Bool {
        let start = max(start, now - Self.noticeLimit)
        return state.withLock { $0.long.contains { $0.end >= start } }
    }

    /// How long they were, in seconds.
    var lengths: [Double] { state.withLock { $0.told } }
}
