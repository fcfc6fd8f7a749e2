import Clocks
import History

/// Who holds a node, and which of its faults end by themselves: with the lease they were brought about under, or when
/// their time has come.
///
/// At most one lease is in force. It ends when its holder gives it up or has not renewed it in time.
struct FaultLedger {
    /// The right of one run to a node.
    struct Lease: Sendable, Hashable {
        var id: String
        /// Who holds it, in the holder's words.
        var holder: String
        var since: MonotonicClock.Instant
        /// How long it lasts after each renewal.
        var length: Duration
        var until: MonotonicClock.Instant
    }

    /// When a fault ends by itself.
    enum Term: Sendable, Hashable {
        /// With the lease that is in force.
        case lease
        case time(MonotonicClock.Instant)
        /// Not at all.
        case never
    }

    /// What is to be done.
    enum Action: Sendable, Hashable {
        /// Heal these faults.
        case heal([FaultKind])
        /// The log need not keep what it kept for the lease.
        case leaseEnded(Lease)
    }

    private(set) var lease: Lease?
    private var terms: [FaultKind: Term] = [:]

    /// When ``timerFired(at:)`` is due; nil for never.
    var wakeAt: MonotonicClock.Instant? {
        let times = terms.values.compactMap { term in if case .time(let time) = term { time } else { nil } }
        return (times + (lease.map { [$0.until] } ?? [])).min()
    }

    /// Grants a lease unless there is one.
    mutating func take(
        _ id: String, holder: String, length: Duration, at now: MonotonicClock.Instant
    ) -> Lease? {
        guard lease == nil else { return nil }
        let taken = Lease(id: id, holder: holder, since: now, length: length, until: now + length)
        lease = taken
        return taken
    }

    /// Renews the lease of this id; nil if it is not in force.
    mutating func renew(_ id: String, at now: MonotonicClock.Instant) -> Lease? {
        guard lease?.id == id, let length = lease?.length else { return nil }
        lease?.until = now + length
        return lease
    }

    /// Ends the lease of this id, or whichever there is.
    mutating func end(_ id: String? = nil) -> [Action] {
        guard let lease, id == nil || lease.id == id else { return [] }
        self.lease = nil
        let faults = terms.filter { $0.value == .lease }.keys
        for fault in faults { terms[fault] = nil }
        return (faults.isEmpty ? [] : [.heal(faults.sorted(by: Self.inOrder))]) + [.leaseEnded(lease)]
    }

    /// Notes a fault that comes into force, in place of one of the same kind.
    mutating func note(_ fault: FaultKind, ends term: Term) { terms[fault] = term == .never ? nil : term }

    /// Notes that a fault is no longer in force, or is not to be healed by itself.
    mutating func forget(_ fault: FaultKind) { terms[fault] = nil }

    /// Ends what has come to its time.
    mutating func timerFired(at now: MonotonicClock.Instant) -> [Action] {
        let due = terms.filter { if case .time(let time) = $0.value { time <= now } else { false } }.keys
        for fault in due { terms[fault] = nil }
        let ended = lease.map { $0.until <= now } == true ? end() : []
        return (due.isEmpty ? [] : [.heal(due.sorted(by: Self.inOrder))]) + ended
    }

    private static func inOrder(_ left: FaultKind, _ right: FaultKind) -> Bool { left.rawValue < right.rawValue }
}
