/// Which nodes were broken on purpose, and when: what follows from it is no violation of the balancer's.
struct FaultCalendar {
    private var ends: [String: ContinuousClock.Instant?] = [:]
    private var latest: ContinuousClock.Instant?
    private var open = 0

    /// A fault of this node begins.
    mutating func begin(_ node: String) {
        ends[node] = .some(nil)
        open += 1
    }

    /// A fault of this node ends.
    mutating func end(_ node: String, at now: ContinuousClock.Instant) {
        ends[node] = now
        latest = now
        open = max(0, open - 1)
    }

    /// Whether this node, or any if it is not known, was broken at some time since then.
    func excuses(_ node: String?, since: ContinuousClock.Instant) -> Bool {
        guard let node else { return open > 0 || latest.map { $0 >= since } ?? false }
        guard let end = ends[node] else { return false }
        return end.map { $0 >= since } ?? true
    }

    /// Whether any node was broken at some time since then.
    func hadAny(since: ContinuousClock.Instant) -> Bool { excuses(nil, since: since) }
}
