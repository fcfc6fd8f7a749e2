import Clocks

extension ExchangeMachine {
    /// How far an exchange got. Each state may also lead to `over`.
    enum State {
        /// A node is being chosen, or will be when all may be tried again. → queued, connecting
        case routing(attempts: Int)
        /// The node that was chosen has as much as it may. → connecting
        case queued(BalancerMachine.Route, attempts: Int, until: MonotonicClock.Instant)
        /// There is no connection yet. → sent, routing
        case connecting(Target)
        /// The node has what there is of the request. → answering, tunnelling, orphaned, routing
        case sent(Target)
        /// The client has the answer's head. → orphaned
        case answering(AnswerInProgress, node: NodeID)
        /// The connections are the tunnel's as soon as the client was sent the 101.
        case tunnelling(node: NodeID)
        /// The node goes on without a client.
        case orphaned(node: NodeID)
        /// Answered or given up; nobody waits for anything.
        case over

        /// The node that the exchange is on.
        var node: NodeID? {
            switch self {
            case .connecting(let target), .sent(let target): target.node
            case .answering(_, let node), .tunnelling(let node), .orphaned(let node): node
            case .routing, .queued, .over: nil
            }
        }

        /// Whether a client waits for the answer.
        var hasClient: Bool {
            switch self {
            case .routing, .queued, .connecting, .sent, .answering: true
            case .tunnelling, .orphaned, .over: false
            }
        }

        /// Whether a node takes the client's request.
        var hasRequest: Bool {
            switch self {
            case .sent, .answering: true
            case .routing, .queued, .connecting, .tunnelling, .orphaned, .over: false
            }
        }
    }

    /// The node that an attempt goes to.
    struct Target: Sendable, Equatable {
        /// Tells the connect of an attempt that was given up from the present one's.
        var attempt: Int
        var node: NodeID
        /// The affinity cookie that the answer brings.
        var setCookie: String?
    }
}
