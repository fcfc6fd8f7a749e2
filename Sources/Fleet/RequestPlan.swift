public import History
import Synchronization
import Wire

/// Which TCP connection a request takes.
public enum ConnectionUse: Sendable {
    /// A new one, closed after the answer.
    case fresh
    /// The client's own kept one, opened when there is none.
    case kept
    /// The one in this slot, opened when there is none.
    case shared(ConnectionSlot)
}

/// What a request is for and how long it may take, beside what it says.
public struct RequestPlan: Sendable {
    /// Name that checkers select by.
    public var label: RequestLabel
    /// Session it belongs to, if any.
    public var session: String?
    /// Connection it takes.
    public var connection: ConnectionUse
    /// Longest wait for the whole answer, connecting included.
    public var limit: Duration
    /// Part of the browser that makes it.
    package var leg: RequestLeg
    /// Lets others cut it while it is under way.
    package var cutter: RequestCutter?

    /// A plan for a request of the page.
    public init(
        label: RequestLabel, session: String? = nil, connection: ConnectionUse = .fresh, limit: Duration = .seconds(5)
    ) {
        self.init(label: label, session: session, connection: connection, limit: limit, leg: .page)
    }

    /// A plan for a request of this part of the browser.
    package init(
        label: RequestLabel, session: String? = nil, connection: ConnectionUse = .fresh, limit: Duration = .seconds(5),
        leg: RequestLeg, cutter: RequestCutter? = nil
    ) {
        self.label = label
        self.session = session
        self.connection = connection
        self.limit = limit
        self.leg = leg
        self.cutter = cutter
    }
}

/// Cuts the connection of one request, be it made already or not.
package final class RequestCutter: Sendable {
    private let state = Mutex<(connection: HTTPConnection?, isCut: Bool)>((nil, false))

    /// The cutter of a request that has not been made.
    package init() {}

    /// Closes the connection of the request under way, or as soon as it is made; after its answer, nothing.
    package func cut() async {
        let connection = state.withLock { state in
            state.isCut = true
            return state.connection
        }
        await connection?.close()
    }

    func hold(_ connection: HTTPConnection) async {
        let isCut = state.withLock { state in
            state.connection = connection
            return state.isCut
        }
        if isCut { await connection.close() }
    }

    func release() { state.withLock { $0.connection = nil } }
}

/// How a request ended.
public enum RequestOutcome: Sendable {
    /// With this answer.
    case response(ResponseReceived, body: String)
    /// Without one.
    case failed(RequestFailed)

    /// The status, if there was an answer.
    public var status: Int? {
        if case .response(let response, _) = self { return response.status }
        return nil
    }

    /// The node that says it answered.
    public var nodeID: String? {
        if case .response(let response, _) = self { return response.nodeID }
        return nil
    }

    /// The body, if there was an answer.
    public var body: String? {
        if case .response(_, let body) = self { return body }
        return nil
    }
}

extension ConnectionUse {
    /// Where a connection is kept; nil for one that is not.
    func slot(of client: VirtualClient) -> ConnectionSlot? {
        switch self {
        case .fresh: nil
        case .kept: client.keptConnection
        case .shared(let slot): slot
        }
    }
}
