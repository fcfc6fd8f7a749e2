import Clocks

/// Keeps one record in the registry: answers and the time in, calls out. It asks for one thing at a time.
struct RegistrationMachine: Sendable {
    /// What is asked of the registry.
    enum Call: Sendable, Equatable {
        /// A new lease.
        case grant
        /// To write the record, which is to live as long as the lease.
        case put(LeaseID)
        /// To begin the lease's time anew.
        case renew(LeaseID)
        /// To take the record away, told as such, and to end the lease.
        case withdraw(LeaseID)
    }

    /// What it answers.
    enum Answer: Sendable, Equatable {
        /// To `grant`.
        case granted(LeaseID)
        /// To `put`, at this revision.
        case stands(revision: Int64)
        /// To `renew`.
        case renewed
        /// To `withdraw`.
        case withdrawn
        /// To `put` and `renew`: there is no such lease.
        case lost
        /// To each.
        case failed(RegistryFailure)
    }

    /// Legal steps: `waiting → asking → waiting`, and `left` from both. Calls follow each other as
    /// `grant → put → renew → renew …`; back to `grant` once the lease is lost, and to `put` once the record is.
    private enum State: Sendable, Equatable {
        /// The call is made at this time.
        case waiting(Call, until: MonotonicClock.Instant)
        /// The answer is awaited since this time.
        case asking(Call, since: MonotonicClock.Instant)
        /// Nothing more is asked.
        case left
    }

    private let timing: DiscoveryTiming
    private var state: State
    private var delay: RetryDelay
    /// When the record ends if nothing renews it; nil while it does not stand.
    private var endsAt: MonotonicClock.Instant?
    /// Set once it is to be taken away.
    private var leaveBy: MonotonicClock.Instant?
    /// The revision at which the record was written last.
    private(set) var revision: Int64 = 0
    /// What went wrong last; nil once something succeeded.
    private(set) var trouble: RegistryFailure?

    /// Registers at once; for `spread` see ``RetryDelay``.
    init(_ timing: DiscoveryTiming, spread: Double, at now: MonotonicClock.Instant) {
        self.timing = timing
        delay = RetryDelay(timing, spread: spread)
        state = .waiting(.grant, until: now)
    }

    /// Whether the record stands, as far as can be known.
    func isStanding(at now: MonotonicClock.Instant) -> Bool {
        guard let endsAt, leaveBy == nil else { return false }
        return now < endsAt
    }

    /// Whether nothing more is asked.
    var hasLeft: Bool { state == .left }

    /// When ``next(at:)`` is to be asked again.
    var wakeAt: MonotonicClock.Instant? {
        switch state {
        case .waiting(_, let until): min(until, leaveBy ?? until)
        case .asking: leaveBy
        case .left: nil
        }
    }

    /// The call that is due.
    mutating func next(at now: MonotonicClock.Instant) -> Call? {
        if let leaveBy, now >= leaveBy { state = .left }
        guard case .waiting(let call, let until) = state, until <= now else { return nil }
        state = .asking(call, since: now)
        return call
    }

    /// The registry has answered.
    mutating func answered(_ answer: Answer, at now: MonotonicClock.Instant) {
        guard case .asking(let call, let since) = state else { return }
        if case .failed(let failure) = answer {
            trouble = failure
            return wait(for: call, until: now + delay.next(), at: now)
        }
        trouble = nil
        switch (call, answer) {
        case (.grant, .granted(let lease)):
            // The registry counts from when it granted it, which is not before it was asked.
            endsAt = nil
            wait(for: .put(lease), until: now, at: now)
        case (.put(let lease), .stands(let revision)):
            self.revision = revision
            endsAt = since + timing.lease
            wait(for: .renew(lease), until: since + timing.heartbeat, at: now)
        case (.renew(let lease), .renewed):
            delay.reset()
            endsAt = since + timing.lease
            wait(for: .renew(lease), until: since + timing.heartbeat, at: now)
        case (.renew, .lost):
            endsAt = nil
            wait(for: .grant, until: now, at: now)
        case (.put, .lost):
            // A lease that is lost as soon as it is granted would otherwise be granted without a pause.
            endsAt = nil
            wait(for: .grant, until: now + delay.next(), at: now)
        case (.withdraw, _): state = .left
        default: wait(for: call, until: now + delay.next(), at: now)
        }
    }

    /// The registry was read, and lacks the record although its lease may stand: somebody removed it.
    mutating func missing(at now: MonotonicClock.Instant) {
        guard case .waiting(.renew(let lease), _) = state, leaveBy == nil else { return }
        endsAt = nil
        state = .waiting(.put(lease), until: now + delay.next())
    }

    /// Takes the record away, if there is any.
    mutating func leave(at now: MonotonicClock.Instant) {
        guard leaveBy == nil, state != .left else { return }
        leaveBy = now + timing.leaving
        if case .waiting(let call, _) = state { wait(for: call, until: now, at: now) }
    }

    /// What comes next; once it is to leave, its end instead, and at once.
    private mutating func wait(
        for call: Call, until time: MonotonicClock.Instant, at now: MonotonicClock.Instant
    ) {
        guard let leaveBy else { return state = .waiting(call, until: time) }
        switch call {
        case .grant: state = .left
        case .withdraw: state = .waiting(call, until: min(time, leaveBy))
        case .put(let lease), .renew(let lease): state = .waiting(.withdraw(lease), until: now)
        }
    }
}
