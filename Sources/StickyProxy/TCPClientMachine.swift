import Clocks

/// Decides how a client's connection comes to its node in mode tcp, over as many nodes as it takes. What a failed connect
/// leaves possible is ``AttemptMachine``'s judgement.
struct TCPClientMachine: Sendable {
    /// How far it got. Each state may also lead to `over`.
    private enum State: Sendable, Equatable {
        /// A node is being chosen, or will be when all may be tried again. → connecting
        case routing
        /// → over, routing
        case connecting(NodeID)
        /// It has its node, or none and is closed.
        case over
    }

    /// What is done about an event.
    enum Action: Sendable, Equatable {
        case none
        /// Wait to be woken.
        case wait
        /// Choose a node, other than these, and call ``TCPClientMachine/routed(_:at:)``.
        case route(excluding: Set<NodeID>)
        /// Connect to the node, and call ``TCPClientMachine/connected(_:)`` or ``TCPClientMachine/connectFailed(_:at:)``
        /// with the number of the attempt.
        case connect(NodeID, attempt: Int)
        /// Join the two connections.
        case open(NodeID)
        /// Close the new connection to a node: nobody waits for it any more.
        case drop
        /// Close the client's connection.
        case close
    }

    private let lastResort: Duration
    private var state = State.routing
    private var attempt: AttemptMachine
    private var attempts = 0
    private var excluded: Set<NodeID> = []

    init(_ behavior: Behavior) {
        lastResort = behavior.distribution.lastResort ?? .zero
        // No byte of the client's is sent before there is a node, so that nothing is ever repeated.
        attempt = AttemptMachine(rules: behavior.retry, repeatable: false)
    }

    // MARK: Nodes

    /// The connection was accepted.
    func start() -> Action { .route(excluding: excluded) }

    /// A node was chosen, or there is none.
    mutating func routed(_ route: BalancerMachine.Route, at now: MonotonicClock.Instant) -> Action {
        guard state == .routing else { return .none }
        switch route {
        case .refused: return close()
        case .noNode: return follow(attempt.noNode(at: now))
        case .node(let node, _):
            attempt.connecting()
            return connect(to: node)
        case .lastResort(let node, _):
            attempt.connectingAsLastResort(within: lastResort, at: now)
            return connect(to: node)
        }
    }

    /// The node that was chosen has as many tunnels as it may.
    mutating func foundNoRoom() -> Action { close() }

    private mutating func connect(to node: NodeID) -> Action {
        attempts += 1
        state = .connecting(node)
        return .connect(node, attempt: attempts)
    }

    /// There is a connection to the node of this attempt.
    mutating func connected(_ attempt: Int) -> Action {
        guard case .connecting(let node) = state, attempt == attempts else { return .drop }
        state = .over
        return .open(node)
    }

    /// The connect to the node of this attempt failed or timed out.
    mutating func connectFailed(_ attempt: Int, at now: MonotonicClock.Instant) -> Action {
        guard case .connecting(let node) = state, attempt == attempts else { return .none }
        excluded.insert(node)
        return follow(self.attempt.connectFailed(at: now))
    }

    /// This node went down, or left.
    mutating func lost(_ node: NodeID, at now: MonotonicClock.Instant) -> Action {
        guard state == .connecting(node) else { return .none }
        excluded.insert(node)
        return follow(attempt.nodeWentDown(at: now))
    }

    private mutating func follow(_ action: AttemptMachine.Action) -> Action {
        switch action {
        case .nextNode, .sendAgain:
            state = .routing
            return .route(excluding: excluded)
        case .pause:
            state = .routing
            return .wait
        case .nextRound:
            excluded = []
            state = .routing
            return .route(excluding: excluded)
        case .answer, .truncate: return close()
        }
    }

    private mutating func close() -> Action {
        state = .over
        return .close
    }

    // MARK: The client, and time

    /// The client left.
    mutating func clientGone() { state = .over }

    /// When to call ``woke(at:)``; nil for never.
    var wakeAt: MonotonicClock.Instant? { state == .over ? nil : attempt.wakeAt }

    /// Some time passed, perhaps not yet enough.
    mutating func woke(at now: MonotonicClock.Instant) -> Action {
        guard state != .over else { return .none }
        return attempt.woke(at: now).map { follow($0) } ?? .wait
    }
}
