public import History

/// A request with all that became of it: its answer or failure at the client, its executions at the nodes.
public struct Exchange: Sendable, Hashable {
    /// How a request ended at the client.
    public enum Outcome: Sendable, Hashable {
        /// With this answer.
        case response(ResponseReceived)
        /// Without one.
        case failed(RequestFailed)
        /// The history ends before it did.
        case pending
    }

    /// One execution at a node.
    public struct Execution: Sendable, Hashable {
        /// The node.
        public var nodeID: String
        /// When.
        public var time: HistoryTime
        /// What the node saw and answered.
        public var request: RequestExecuted
    }

    /// The client.
    public var client: String
    /// When it was sent.
    public var sentAt: HistoryTime
    /// What was sent.
    public var sent: RequestSent
    /// When it ended at the client; nil while pending.
    public var endedAt: HistoryTime?
    /// How it ended.
    public var outcome: Outcome
    /// Its executions, earliest first.
    public var executions: [Execution]

    /// The time the peer was given, if it ended by our own deadline.
    public var missedDeadline: ClosedRange<HistoryTime>? {
        guard let endedAt, failure?.failure == .timedOut, endedAt >= sentAt else { return nil }
        return sentAt...endedAt
    }

    /// The answer, if there was one.
    public var response: ResponseReceived? {
        if case .response(let response) = outcome { return response }
        return nil
    }

    /// The failure, if there was one.
    public var failure: RequestFailed? {
        if case .failed(let failed) = outcome { return failed }
        return nil
    }
}

/// All requests of clients, in the order in which they were sent.
private struct Exchanges: HistoryIndex {
    let all: [Exchange]
    let ofSession: [String: [Exchange]]

    init(_ history: HistoryView) {
        all = Self.all(in: history.events)
        ofSession = Dictionary(grouping: all.filter { $0.sent.session != nil }) { $0.sent.session ?? "" }
    }

    private static func all(in events: [HistoryEvent]) -> [Exchange] {
        var all: [Exchange] = []
        var index: [String: Int] = [:]
        for event in events {
            switch (event.actor, event.kind) {
            case (.client(let client), .requestSent(let sent)):
                index[sent.requestID] = all.count
                all.append(
                    Exchange(
                        client: client, sentAt: event.time, sent: sent, endedAt: nil, outcome: .pending, executions: [])
                )
            // The first end counts: what comes after it the client did not see.
            case (.client, .responseReceived(let response)):
                guard let at = index[response.requestID], all[at].endedAt == nil else { continue }
                all[at].outcome = .response(response)
                all[at].endedAt = event.time
            case (.client, .requestFailed(let failed)):
                guard let at = index[failed.requestID], all[at].endedAt == nil else { continue }
                all[at].outcome = .failed(failed)
                all[at].endedAt = event.time
            default: break
            }
        }
        // Executions in a second pass: a node's clock may put them a hair before the client's own record.
        for event in events {
            guard case .node(let nodeID) = event.actor, case .requestExecuted(let request) = event.kind,
                let requestID = request.requestID, let at = index[requestID]
            else { continue }
            all[at].executions.append(.init(nodeID: nodeID, time: event.time, request: request))
        }
        return all
    }
}

extension HistoryView {
    /// All requests of clients, in the order in which they were sent.
    public var exchanges: [Exchange] { self[Exchanges.self].all }

    /// The requests of this session, in the order in which they were sent.
    public func exchanges(of session: String) -> [Exchange] { self[Exchanges.self].ofSession[session] ?? [] }
}
