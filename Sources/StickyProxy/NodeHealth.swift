/// Whether one node may be used: probes, failed connects and ejections, without a clock of its own.
struct NodeHealth: Sendable, Equatable {
    /// Enough probes failed in a row.
    private(set) var probedDown = false
    /// A connect failed; probes bring the node back, or without probes the time does.
    private(set) var connectFailed = false
    private var failures = 0
    private var successes = 0
    private var retryAt: ContinuousClock.Instant?
    private var ejectedUntil: ContinuousClock.Instant?
    /// Set by `Readmission.afterAllWereDown`.
    var retired = false

    func isUp(at now: ContinuousClock.Instant) -> Bool {
        if let retryAt, now >= retryAt { return !probedDown }
        return !probedDown && !connectFailed
    }

    func isAvailable(at now: ContinuousClock.Instant) -> Bool {
        if let ejectedUntil, now < ejectedUntil { return false }
        return !retired && isUp(at: now)
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
        successes = min(successes + 1, rules.rise)
        guard successes >= rules.rise, probedDown || connectFailed else { return .none }
        (probedDown, connectFailed) = (false, false)
        return .up
    }

    /// A connect failed. With probes only they end the state, else `failTimeout` does.
    mutating func failedToConnect(at now: ContinuousClock.Instant, rules: Behavior.Health) -> Change {
        let wasDown = connectFailed || probedDown
        connectFailed = true
        successes = 0
        retryAt = rules.probe == nil ? now + rules.failTimeout : nil
        return wasDown ? .none : .down
    }

    /// A connect succeeded. Without probes that ends the state.
    mutating func connected(rules: Behavior.Health) -> Change {
        guard rules.probe == nil, connectFailed else { return .none }
        connectFailed = false
        retryAt = nil
        return .up
    }

    mutating func eject(until end: ContinuousClock.Instant) {
        ejectedUntil = end
    }
}
