import DDP
import History

/// What one session said and heard over DDP, over all its connections, read from the messages in the history.
public struct DDPTrace: Sendable {
    /// One connection, from its opening to its end.
    public struct Connection: Sendable {
        /// The carrier.
        public var carrier: SessionTrace
        /// When the server said `connected`; nil if it did not.
        public var connectedAt: HistoryTime?
        /// Which connection of the session this is.
        public var epoch: Int { carrier.opened.epoch }
    }

    /// Something that happened on one connection.
    public struct Moment: Sendable, Hashable {
        /// Which connection.
        public var epoch: Int
        /// When.
        public var time: HistoryTime
    }

    /// One execution of a method at a node.
    public struct Execution: Sendable, Hashable {
        /// The node.
        public var nodeID: String
        /// When.
        public var time: HistoryTime
    }

    /// A method call with all that became of it.
    public struct Call: Sendable {
        /// Its id.
        public var id: String
        /// The first parameter, where it is a string: the name by which nodes show what they executed.
        public var key: String?
        /// Each time it went out.
        public var sends: [Moment]
        /// Each result.
        public var results: [Moment] = []
        /// Each time its writes were said to be visible.
        public var updates: [Moment] = []
        /// Each execution at a node.
        public var executions: [Execution] = []

        /// Whether its outcome is known and visible.
        public var isComplete: Bool { !results.isEmpty && !updates.isEmpty }
    }

    /// A subscription.
    public struct Subscription: Sendable {
        /// Its id.
        public var id: String
        /// Name of the publication.
        public var name: String
        /// Its parameters.
        public var params: [JSONValue]
        /// Each time it went out.
        public var sends: [Moment] = []
        /// Each time its first documents were complete.
        public var readies: [Moment] = []
        /// Each time it was refused or ended.
        public var ends: [Moment] = []
    }

    /// A message that brought or changed a document.
    public struct Document: Sendable {
        /// Where and when it came.
        public var moment: Moment
        /// The message.
        public var message: ServerMessage
    }

    /// The client.
    public var client: String
    /// The session's name.
    public var session: String
    /// Its connections, in order.
    public var connections: [Connection] = []
    /// Its calls, in the order of their first sending.
    public var calls: [Call] = []
    /// Its subscriptions, in the order of their first sending.
    public var subscriptions: [Subscription] = []
    var callIndex: [String: Int] = [:]
    /// What came of documents.
    public var documents: [Document] = []
    /// What came whole and is no DDP message.
    public var unreadable: [HistoryEvent] = []
    /// When the client left; whatever ends later ends as it should.
    public var stoppedAt: HistoryTime?
    /// When the last message came.
    public var lastHeardAt: HistoryTime?

    /// Connections that ended before the client left.
    public var broken: [Connection] {
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
    public var ddpTraces: [DDPTrace] { self[DDPTraces.self].all }
}
