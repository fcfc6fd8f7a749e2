import Clocks

/// Counts how nodes meet upgrades, and tells whether the proxy still asks them (``Behavior/Upgrade/breaker``).
struct UpgradeBreaker: Sendable, Equatable {
    private let rule: Behavior.Upgrade.Breaker?
    private var refusals = 0
    private var openUntil: MonotonicClock.Instant?

    init(_ rule: Behavior.Upgrade.Breaker?) { self.rule = rule }

    /// Whether upgrades go on to nodes.
    func lets(at now: MonotonicClock.Instant) -> Bool { openUntil.map { now >= $0 } ?? true }

    /// A node answered an upgrade with this status.
    mutating func answered(_ status: Int, at now: MonotonicClock.Instant) {
        guard let rule else { return }
        guard status >= 400 else {
            refusals = 0
            return
        }
        refusals += 1
        guard refusals >= rule.refusals else { return }
        refusals = 0
        openUntil = now + rule.pause
    }
}
