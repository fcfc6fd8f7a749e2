package import DDP
package import History

/// What one session said and heard over DDP, over all its connections, read from the messages in the history.
package struct DDPTrace: Sendable {
    /// One connection, from its opening to its end.
    package struct Connection: Sendable {
        /// The carrier.
        package var carrier: SessionTrace
        /// When the server said `connected`; nil if it did not.
        package var connectedAt: HistoryTime?
        /// Which connection of the session this is.
        package var epoch: Int { carrier.opened.epoch }
    }

    /// Something that happened on one connection.
    package struct Moment: Sendable, Hashable {
        /// Which connection.
        package var epoch: Int
        /// When.
        package var time: HistoryTime
    }

    /// One execution of a method at a node.
    package struct Execution: Sendable, Hashable {
        /// The node.
        package var nodeID: String
        /// When.
        package var time: HistoryTime
    }

    /// A method call with all that became of it.
    package struct Call: Sendable {
        /// Its id.
        package var id: String
        /// The first parameter, where it is a string: the name by which nodes show what they executed.
        package var key: String?
        /// Each time it went out.
        package var sends: [Moment]
        /// Each result.
        package var results: [Moment] = []
        /// Each time its writes were said to be visible.
        package var updates: [Moment] = []
        /// Each execution at a node.
        package var executions: [Execution] = []

        /// Whether its outcome is known and visible.
        package var isComplete: Bool { !results.isEmpty && !updates.isEmpty }
    }

    /// A subscription.
    package struct Subscription: Sendable {
        /// Its id.
        package var id: String
        /// Name of the publication.
        package var name: String
        /// Its parameters.
        package var params: [JSONValue]
        /// Each time it went out.
        package var sends: [Moment] = []
        /// Each time its first documents were complete.
        package var readies: [Moment] = []
        /// Each time it was refused or ended.
        package var ends: [Moment] = []
    }

    /// A message that brought or changed a document.
    package struct Document: Sendable {
        /// Where and when it came.
        package var moment: Moment
        /// The message.
        package var message: ServerMessage
    }

    /// The client.
    package var client: String
    /// The session's name.
    package var session: String
    /// Its connections, in order.
    package var connections: [Connection] = []
    /// Its calls, in the order of their first sending.
    package var calls: [Call] = []
    /// Its subscriptions, in the order of their first sending.
    package var subscriptions: [Subscription] = []
    var callIndex: [String: Int] = [:]
    /// What came of documents.
    package var documents: [Document] = []
    /// What came whole and is no DDP message.
    package var unreadable: [HistoryEvent] = []
    /// When the client left; whatever ends later ends as it should.
    package var stoppedAt: HistoryTime?
    /// When the last message came.
    package var lastHeardAt: HistoryTime?

    /// Connections that ended before the client left.
    package var broken: [Connection] {
        connections.filter { one in
            guard let closedAt = one.carrier.closedAt else { return false }
            return stoppedAt.map { closedAt < $0 } ?? true
        }
    }

    /// Whether this connection lived until the client left.
    func isWhole(_ epoch: Int) -> Bool { !broken.contains { $0.epoch == epoch } }

    init(client: String, session: String) {
        self.client = client
        self.session = session
    }
}

/// All sessions on which DDP was spoken.
private struct DDPTraces: HistoryIndex {
    let all: [DDPTrace]

    init(_ history: HistoryView) {
        var reader = DDPTraceReader(history.sessions)
        for event in history.events { reader.read(event) }
        all = reader.traces
    }
}

extension HistoryView {
    /// All sessions on which DDP was spoken, in the order in which they opened.
    package var ddpTraces: [DDPTrace] { self[DDPTraces.self].all }
}
