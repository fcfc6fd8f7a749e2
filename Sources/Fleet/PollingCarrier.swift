import History
import SockJS
import Synchronization

/// The client's end of a SockJS session on xhr-polling.
public final class PollingCarrier: Carrier {
    /// The client it belongs to.
    public let client: VirtualClient
    /// Name of the session in the history.
    public let session: String
    /// Which connection of the session this is, from 1.
    public let epoch: Int
    /// Node that opened it, if it said so.
    public let nodeID: String?
    /// Its URLs.
    public let path: SessionPath
    private let connection: ConnectionUse
    private let pending = Mutex<(messages: [String], end: CarrierError?)>(([], nil))

    private init(
        client: VirtualClient, session: String, epoch: Int, nodeID: String?, path: SessionPath,
        connection: ConnectionUse
    ) {
        self.client = client
        self.session = session
        self.epoch = epoch
        self.nodeID = nodeID
        self.path = path
        self.connection = connection
    }

    /// Opens a session: the first poll, answered by `o`. The text of a failure says what came instead.
    public static func open(
        _ client: VirtualClient, path: SessionPath, session: String, epoch: Int = 1, connection: ConnectionUse = .fresh,
        within limit: Duration = .seconds(5)
    ) async -> Result<PollingCarrier, OpenFailure> {
        let outcome = await client.request(
            "POST", path.over(.xhr),
            RequestPlan(label: RequestLabel.pollOpen, session: session, connection: connection, limit: limit))
        guard case .response(let response, let body) = outcome else { return .failure(OpenFailure(outcome)) }
        guard response.status == 200, (try? SockJSFrame(parsingPollBody: body)) == .open else {
            return .failure(OpenFailure(outcome))
        }
        client.record(
            .sessionOpened(
                SessionOpened(
                    session: session, epoch: epoch, transport: "xhr-polling", nodeID: response.nodeID,
                    bootID: response.bootID)))
        return .success(
            PollingCarrier(
                client: client, session: session, epoch: epoch, nodeID: response.nodeID, path: path,
                connection: connection))
    }

    /// Sends one message; the error says why it was not taken.
    public func send(_ message: String) async throws(CarrierError) {
        try await send(message, on: connection)
    }

    /// Sends on a connection other than the session's usual one.
    public func send(_ message: String, on connection: ConnectionUse, within limit: Duration = .seconds(10))
        async throws(CarrierError)
    {
        recordSent(message)
        let outcome = await client.request(
            "POST", path.over(.xhrSend), headers: [("Content-Type", "text/plain;charset=UTF-8")],
            body: ClientMessages.encode([message]),
            RequestPlan(label: RequestLabel.send, session: session, connection: connection, limit: limit))
        guard let status = outcome.status, status == 204 || status == 200 else {
            throw end(1006, "Sending error: \(outcome.summary)")
        }
    }

    /// The next message.
    public func receive(within limit: Duration) async throws(CarrierError) -> String {
        try await receive(on: connection, within: limit)
    }

    /// Polls on a connection other than the session's usual one.
    public func receive(on connection: ConnectionUse, within limit: Duration) async throws(CarrierError) -> String {
        let deadline = ContinuousClock.now + limit
        while true {
            let (message, ended) = pending.withLock { state -> (String?, CarrierError?) in
                state.messages.isEmpty ? (nil, state.end) : (state.messages.removeFirst(), nil)
            }
            if let message { return message }
            if let ended { throw ended }
            let left = deadline - .now
            guard left > .zero else { throw .timedOut }
            try await poll(on: connection, within: left)
        }
    }

    /// One poll; what it brings is queued.
    private func poll(on connection: ConnectionUse, within limit: Duration) async throws(CarrierError) {
        let outcome = await client.request(
            "POST", path.over(.xhr),
            RequestPlan(label: RequestLabel.poll, session: session, connection: connection, limit: limit))
        guard case .response(let response, let body) = outcome, response.status == 200 else {
            if case .failed(let failed) = outcome, failed.failure == .timedOut { throw .timedOut }
            throw end(1006, "permanent: \(outcome.summary)")
        }
        switch try? SockJSFrame(parsingPollBody: body) {
        case .messages(let messages):
            let messages = messages.map(\.string)
            for message in messages { recordReceived(message) }
            pending.withLock { $0.messages += messages }
        case .heartbeat: break
        case .open: throw end(1006, "Server lost session")
        case .close(let code, let reason): throw end(code, reason)
        case nil: throw end(1006, "a poll answered \(body.prefix(64).debugDescription), which is no SockJS frame")
        }
    }

    /// Ends the session from the client's side.
    public func close() async {
        // SockJS polling has no close of the client's: it stops polling.
        _ = end(1000, "Normal closure", byClient: true)
    }

    private func end(_ code: Int, _ reason: String, byClient: Bool = false) -> CarrierError {
        let error = CarrierError.closed(code: code, reason: reason)
        let isFirst = pending.withLock { state in
            defer { state.end = state.end ?? error }
            return state.end == nil
        }
        if isFirst { recordClosed(code: code, reason: reason, byClient: byClient) }
        return error
    }
}

/// Why a session did not open.
public struct OpenFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What came instead.
    public var description: String
    /// HTTP status that came instead, if one did.
    public var status: Int?

    init(_ outcome: RequestOutcome) {
        description = outcome.summary
        status = outcome.status
    }

    init(_ description: String) { self.description = description }
}

/// Labels of the requests that sessions make by themselves.
public enum RequestLabel {
    /// `GET /info`.
    public static let info = "info"
    /// The poll that opens a session.
    public static let pollOpen = "poll-open"
    /// A later poll.
    public static let poll = "poll"
    /// `xhr_send`.
    public static let send = "send"
    /// A WebSocket upgrade.
    public static let upgrade = "upgrade"
}

extension RequestOutcome {
    /// The outcome in a few words.
    public var summary: String {
        switch self {
        case .response(let response, let body):
            "http status \(response.status), body \(body.prefix(64).debugDescription)"
        case .failed(let failed): failed.detail
        }
    }
}

extension SessionPath {
    /// The URL path of the same session on another transport.
    fileprivate func over(_ transport: Transport) -> String {
        SessionPath(prefix: prefix, server: server, session: session, transport: transport).path
    }
}
