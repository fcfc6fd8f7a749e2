import History
import Verdicts

/// What edits select by beside an event itself: what a history says elsewhere of its request, its session and its nodes.
struct Scene: Sendable {
    private var sent: [String: (request: RequestSent, time: HistoryTime)] = [:]
    private var labels: [String: String] = [:]
    private var owners: [String: String] = [:]
    private var moved: Set<String> = []
    private var boots: [String: String] = [:]
    private var begin: HistoryTime?
    private var healedAt: HistoryTime?
    private var transports: [String: SessionTransport] = [:]
    private var operatedAt: HistoryTime?
    /// The node of the first thing that was done to the balancer.
    private(set) var operatedNode: String?
    /// The first fault.
    private(set) var fault: (nodeID: String, time: HistoryTime)?

    init(_ history: RunHistory) {
        labels = history.view.sessionLabels
        for event in history.events {
            switch (event.actor, event.kind) {
            case (_, .phase(let phase)) where phase.name == RunPhase.balancer: begin = event.time
            case (_, .faultInjected(let one)): fault = fault ?? (one.nodeID, event.time)
            case (_, .faultHealed): healedAt = event.time
            case (_, .operationBegun(let one)): operatedNode = operatedNode ?? one.nodeID
            case (_, .operationDone): operatedAt = operatedAt ?? event.time
            case (_, .requestSent(let request)): sent[request.requestID] = (request, event.time)
            case (.node(let id), .nodeStarted(let start)): boots[id] = boots[id] ?? start.bootID
            case (.client, .sessionOpened(let opened)):
                transports[opened.session] = opened.transport
                if opened.epoch == 1 { owners[opened.session] = opened.nodeID } else { moved.insert(opened.session) }
            default: break
            }
        }
    }

    /// Whether it belongs to the pass through the balancer; all that becomes of a request counts as when it was sent.
    func isBehindBalancer(_ event: HistoryEvent) -> Bool { begin.map { moment(of: event) >= $0 } ?? true }

    /// Whether it is of the time after the first fault.
    func isAfterFault(_ event: HistoryEvent) -> Bool { fault.map { moment(of: event) > $0.time } ?? false }

    /// Whether it is of the time after the last healing.
    func isAfterHealing(_ event: HistoryEvent) -> Bool { healedAt.map { moment(of: event) > $0 } ?? false }

    /// Whether it is of the time after the first thing was done to the balancer.
    func isAfterOperation(_ event: HistoryEvent) -> Bool { operatedAt.map { moment(of: event) > $0 } ?? false }

    /// Whether its session was opened first by the node of the first thing that was done to the balancer.
    func isOfOperated(_ event: HistoryEvent) -> Bool {
        operatedNode != nil && session(of: event).flatMap { owners[$0] } == operatedNode
    }

    /// The transport of its session.
    func transport(of event: HistoryEvent) -> SessionTransport? { session(of: event).flatMap { transports[$0] } }

    /// Whether its session was opened first by the node of the first fault.
    func isOfVictim(_ event: HistoryEvent) -> Bool? {
        session(of: event).flatMap { owners[$0] }.map { $0 == fault?.nodeID }
    }

    /// Whether its session has more than one connection.
    func isOfMoved(_ event: HistoryEvent) -> Bool { session(of: event).map(moved.contains) ?? false }

    /// The request it belongs to.
    func request(of event: HistoryEvent) -> RequestSent? { event.kind.requestID.flatMap { sent[$0]?.request } }

    /// What its session is for.
    func label(of event: HistoryEvent) -> String? { session(of: event).flatMap { labels[$0] } }

    /// The session, by the client's name for it.
    func session(of event: HistoryEvent) -> String? {
        switch event.kind {
        case .sessionOpened(let opened): opened.session
        case .sessionClosed(let closed): closed.session
        case .transportAttempted(let attempt): attempt.session
        case .scriptStep(let step): step.session
        case .messageSent(let message), .messageReceived(let message): message.session
        case .frameReceived(let frame): frame.session
        default: request(of: event)?.session
        }
    }

    /// The node that an event names.
    func node(of event: HistoryEvent) -> String? {
        switch (event.actor, event.kind) {
        case (.node(let id), _): id
        case (_, .responseReceived(let response)): response.nodeID
        case (_, .sessionOpened(let opened)): opened.nodeID
        default: nil
        }
    }

    /// A node other than this one, with its boot.
    func other(than id: String?) -> (id: String, boot: String)? {
        boots.filter { $0.key != id }.min { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// The node of this name, with its first boot.
    func node(_ id: String) -> (id: String, boot: String)? { boots[id].map { (id, $0) } }

    private func moment(of event: HistoryEvent) -> HistoryTime {
        event.kind.requestID.flatMap { sent[$0]?.time } ?? event.time
    }
}
