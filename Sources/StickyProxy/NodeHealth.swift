import Clocks

/// Whether one node may be used: probes, failed connects and ejections, without a clock of its own.
struct NodeHealth: Sendable, Equatable {
    /// Enough probes failed in a row.
    private(set) var probedDown = false
    /// Enough connects failed in a row; probes or a connect bring the node back, or without probes the time does.
    private(set) var connectFailed = false
    private var failures = 0
    private var successes = 0
    private var failedConnects = 0
    private var lastFailedConnect: MonotonicClock.Instant?
    private var lastAnswer: MonotonicClock.Instant?
    private var retryAt: MonotonicClock.Instant?
    private var ejectedUntil: MonotonicClock.Instant?
    /// Set by `Readmission.afterAllWereDown`.
    var retired = false

    func isUp(at now: MonotonicClock.Instant) -> Bool {
        if let retryAt, now >= retryAt { return !probedDown }
        return !probedDown && !connectFailed
    }

    func isAvailable(at now: MonotonicClock.Instant) -> Bool { isLastResort(at: now) && isUp(at: now) }

    /// Whether the node may be tried while no node is up: no rule keeps requests from it.
    func isLastResort(at now: MonotonicClock.Instant) -> Bool {
        if let ejectedUntil, now < ejectedUntil { return false }
        return !retired
    }

    enum Change: Sendable, Equatable { case none, up, down }

    /// A probe ended.
    mutating func probed(healthy: Bool, rules: Behavior.Health.Probe) -> Change {
        guard healthy else {
            successes = 0
            failures = min(failures + 1, rules.fall)
            guard failures >= rules.fall, !probedDown else { return .none }
            probedDown = true
            return .down
        }
        failures = 0
        failedConnects = 0
        successes = min(successes + 1, rules.rise)
        guard successes >= rules.rise, probedDown || connectFailed else { return .none }
        (probedDown, connectFailed) = (false, false)
        return .up
    }

    /// A probe that began at some time got no answer. While the node answers requests it is only slow.
    mutating func probeUnanswered(begun: MonotonicClock.Instant, rules: Behavior.Health.Probe) -> Change {
        if let lastAnswer, lastAnswer >= begun { return .none }
        return probed(healthy: false, rules: rules)
    }

    /// The node began to answer a request.
    mutating func answered(at now: MonotonicClock.Instant) { lastAnswer = now }

    /// A connect that began at some time failed. Connects that waited together fail together, and say no more than one.
    mutating func failedToConnect(
        begun: MonotonicClock.Instant, at now: MonotonicClock.Instant, rules: Behavior.Health
    ) -> Change {
        if let lastFailedConnect, begun < lastFailedConnect { return .none }
        lastFailedConnect = now
        successes = 0
        failedConnects = min(failedConnects + 1, rules.connectFall)
        guard failedConnects >= rules.connectFall else { return .none }
        let wasDown = connectFailed || probedDown
        connectFailed = true
        retryAt = rules.probe == nil ? now + rules.failTimeout : nil
        return wasDown ? .none : .down
    }

    /// A connect succeeded, which ends what failed ones had begun.
    mutating func connected() -> Change {
        failedConnects = 0
        guard connectFailed else { return .none }
        connectFailed = false
        retryAt = nil
        return probedDown ? .none : .up
    }

    /// There are no more probes: what they found counts no longer.
    mutating func forgetProbes() {
        probedDown = false
        (failures, successes) = (0, 0)
    }

    mutating func eject(until end: MonotonicClock.Instant) {
        ejectedUntil = end
    }
}
