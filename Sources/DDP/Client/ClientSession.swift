/// Client side of DDP over any number of connections of one client: version, session and method ids.
public struct ClientSession: Sendable {
    /// What a message means for the client.
    public enum Event: Sendable, Hashable {
        /// Send this, and nothing else is to be done.
        case reply(ClientMessage)
        /// The session is open.
        case connected(session: String)
        /// The server wants another version that we speak: connect again.
        case reconnect(version: String)
        /// The server wants a version that we do not speak: give up.
        case failed(version: String)
        /// A method returned or failed.
        case result(id: String, outcome: Result<JSONValue?, ApplicationError>)
        /// The writes of these methods are visible.
        case updated(methods: [String])
        /// The server says that we broke the protocol.
        case error(reason: String)
        /// Anything else.
        case other(ServerMessage)
    }

    /// The session of the last connection, which the next `connect` names.
    public private(set) var session: String?
    private let support: [String]
    private var version: String
    private var methods = 0

    /// A client that never connected and speaks these versions, best first.
    public init(support: [String] = DDPVersion.supported) {
        self.support = support
        self.version = support.first ?? "1"
    }

    /// The first message of a connection.
    public func connect() -> ClientMessage { .connect(version: version, support: support, session: session) }

    /// A call with the next id; ids go on over reconnects.
    public mutating func method(_ name: String, _ params: [JSONValue] = []) -> ClientMessage {
        methods += 1
        return .method(id: String(methods), method: name, params: params)
    }

    /// Takes a message of the server.
    public mutating func receive(_ message: ServerMessage) -> Event {
        switch message {
        case .connected(let session):
            self.session = session
            return .connected(session: session)
        case .failed(let version):
            guard support.contains(version), version != self.version else { return .failed(version: version) }
            self.version = version
            return .reconnect(version: version)
        case .ping(let id): return .reply(.pong(id: id))
        case .result(let id, let outcome): return .result(id: id, outcome: outcome)
        case .updated(let methods): return .updated(methods: methods)
        case .error(let reason, _): return .error(reason: reason)
        default: return .other(message)
        }
    }
}
