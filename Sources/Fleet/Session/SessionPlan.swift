import Clocks
import SockJS

/// How a case's session is opened and driven.
struct SessionPlan: Sendable {
    /// The way to an open session.
    enum Way: Sendable {
        /// `/info` of this service, then rung after rung.
        case ladder(service: String)
        /// This transport alone, at a path that is known.
        case transport(ClientTransport, at: SessionPath, within: Duration)
        /// A WebSocket at this target with SockJS's framing.
        case webSocket(target: String, within: Duration)
        /// A WebSocket at this target without framing.
        case rawWebSocket(target: String, within: Duration)
    }

    /// The way to an open session.
    var way: Way
    /// The client library's constants.
    var options: ClientOptions
    /// When receive requests are made.
    var pace: SockJSClientSession.Pace
    /// Which connection plain requests take; a stream has one of its own.
    var connection: ConnectionUse

    init(
        _ way: Way, options: ClientOptions = .sockJS, pace: SockJSClientSession.Pace = .continuous,
        connection: ConnectionUse = .fresh
    ) {
        self.way = way
        self.options = options
        self.pace = pace
        self.connection = connection
        // Whoever asks for each request paces them, too.
        if pace == .onDemand { self.options.sendGap = .zero }
    }

    /// Whether each transport that is tried is recorded as an attempt.
    var recordsAttempts: Bool {
        if case .ladder = way { return true }
        return false
    }

    /// The service that transports live below.
    var service: String {
        switch way {
        case .ladder(let service): service
        case .transport(_, let path, _): path.prefix
        case .webSocket, .rawWebSocket: ""
        }
    }
}

/// How a session opened.
struct SessionOpening: Sendable {
    /// What carries it.
    enum Carriage: Sendable {
        /// Requests at this path.
        case http(ClientTransport, SessionPath)
        /// A WebSocket.
        case webSocket
    }

    /// What carries it.
    var carriage: Carriage
    /// Node that opened it, if it said so.
    var nodeID: String?
}

/// How tasks use it once it is open.
extension SessionDriver {
    /// What a task waits for that asked for a message on demand.
    struct Demand {
        /// Which connection its requests take.
        var connection: ConnectionUse
        var deadline: MonotonicClock.Instant
    }

    /// How sends go out.
    struct Sending {
        /// Which connection they take.
        var connection: ConnectionUse
        /// How long one may take.
        var limit: Duration
    }
}
