import Clocks

/// Decides what a request whose node failed may still do. It repeats only what can't have been executed,
/// or may be executed twice.
struct AttemptMachine: Sendable, Equatable {
    /// How far the request got with its present node. Legal steps: `routing → connecting → sent → answered`;
    /// `connecting` and `sent` go back to `routing`, and `routing` may pause.
    enum State: Sendable, Equatable {
        case routing
        /// Every node was tried in vain; at this time all may be tried again.
        case pausing(until: MonotonicClock.Instant)
        case connecting
        case sent
        case answered
    }

    /// What comes next.
    enum Action: Sendable, Equatable {
        /// Route again; the node is out of question for this request.
        case nextNode
        /// Route again; the node may be chosen again.
        case sendAgain
        /// Wait to be woken.
        case pause
        /// Route again; every node may be chosen again.
        case nextRound
        /// Answer with this status.
        case answer(Int)
        /// End the client's connection: a part of the answer was delivered.
        case truncate
    }

    let rules: Behavior.Retry
    /// GET or HEAD without a body.
    let repeatable: Bool
    /// A POST whose body is still at hand; the owner keeps it up to date.
    var replayable = false
    private(set) var state = State.routing
    private var repeats = 0
    private var rounds = 1
    /// Whether a connect of this round failed.
    private var isFutile = false
    /// The present node is down, and tried only since none is up.
    private var isLastResort = false
    /// When the request has waited long enough for a node that takes it.
    private var deadline: MonotonicClock.Instant?

    init(rules: Behavior.Retry, repeatable: Bool) {
        self.rules = rules
        self.repeatable = repeatable
    }

    mutating func connecting() {
        state = .connecting
        isLastResort = false
    }

    /// Connects to a node that is down; it must have begun its answer within this time.
    mutating func connectingAsLastResort(within patience: Duration, at now: MonotonicClock.Instant) {
        state = .connecting
        isLastResort = true
        deadline = min(deadline ?? now + patience, now + patience)
    }

    mutating func sent() { state = .sent }
    mutating func answered() { state = .answered }
    /// The node sent an interim answer (1xx): it has begun its work.
    mutating func informed() { repeats += 1 }

    /// The connect to the node failed or timed out.
    mutating func connectFailed(at now: MonotonicClock.Instant) -> Action {
        state = .routing
        isFutile = true
        let end = deadline ?? now + rules.patience
        deadline = end
        return now < end ? .nextNode : .answer(503)
    }

    /// There is no node left to try.
    mutating func noNode(at now: MonotonicClock.Instant) -> Action {
        let again = now + rules.pause
        guard isFutile, !isLastResort, rounds < rules.rounds, let deadline, again < deadline else {
            return .answer(503)
        }
        rounds += 1
        isFutile = false
        state = .pausing(until: again)
        return .pause
    }

    /// The connection to the node ended before the answer was complete.
    mutating func lost(at now: MonotonicClock.Instant) -> Action {
        switch state {
        case .routing, .pausing, .connecting:
            return connectFailed(at: now)
        case .answered:
            return .truncate
        case .sent:
            guard repeats == 0 else { return .answer(502) }
            repeats += 1
            if repeatable, rules.idempotent {
                state = .routing
                return .sendAgain
            }
            if replayable, rules.postBodyLimit != nil {
                state = .routing
                return .nextNode
            }
            return .answer(502)
        }
    }

    /// The answer did not begin in time; whether another node may be tried.
    mutating func late() -> Bool {
        guard case .sent = state, repeats == 0, repeatable || replayable && rules.postBodyLimit != nil else {
            return false
        }
        repeats += 1
        state = .routing
        return true
    }

    /// The node was found to be down while the request was on it.
    mutating func nodeWentDown(at now: MonotonicClock.Instant) -> Action {
        switch state {
        case .routing, .pausing, .connecting: connectFailed(at: now)
        case .sent: .answer(504)
        case .answered: .truncate
        }
    }

    // MARK: Time

    /// When to call ``woke(at:)``; nil for never.
    var wakeAt: MonotonicClock.Instant? {
        switch state {
        case .pausing(let end): end
        case .routing, .connecting: deadline
        case .sent: isLastResort ? deadline : nil
        case .answered: nil
        }
    }

    /// Some time passed; nil when it was not yet enough.
    mutating func woke(at now: MonotonicClock.Instant) -> Action? {
        guard let wakeAt, now >= wakeAt else { return nil }
        switch state {
        case .pausing:
            state = .routing
            return .nextRound
        case .routing, .connecting: return .answer(503)
        case .sent: return .answer(504)
        case .answered: return nil
        }
    }
}
