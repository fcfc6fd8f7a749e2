/// Decides what a request whose node failed may still do. It repeats only what can't have been executed,
/// or may be executed twice.
struct AttemptMachine: Sendable, Equatable {
    /// How far the request got with its present node. Legal steps: `routing → connecting → sent → answered`;
    /// `connecting` and `sent` go back to `routing`.
    enum State: Sendable, Equatable { case routing, connecting, sent, answered }

    /// What comes next.
    enum Action: Sendable, Equatable {
        /// Route again; the node is out of question for this request.
        case nextNode
        /// Route again; the node may be chosen again.
        case sendAgain
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

    init(rules: Behavior.Retry, repeatable: Bool) {
        self.rules = rules
        self.repeatable = repeatable
    }

    mutating func connecting() { state = .connecting }
    mutating func sent() { state = .sent }
    mutating func answered() { state = .answered }
    /// The node sent an interim answer (1xx): it has begun its work.
    mutating func informed() { repeats += 1 }

    /// The connect to the node failed or timed out.
    mutating func connectFailed() -> Action {
        state = .routing
        return .nextNode
    }

    /// The connection to the node ended before the answer was complete.
    mutating func lost() -> Action {
        switch state {
        case .routing, .connecting:
            return connectFailed()
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

    /// The node was found to be down while the request was on it.
    mutating func nodeWentDown() -> Action {
        switch state {
        case .routing, .connecting: connectFailed()
        case .sent: .answer(504)
        case .answered: .truncate
        }
    }
}
