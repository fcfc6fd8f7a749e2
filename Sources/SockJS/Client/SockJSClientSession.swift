public import Clocks

/// The client's side of one SockJS session, from `/info` to its end, by the rules of sockjs-client; the driver does what
/// the methods return, in order.
///
/// ```
/// idle ──start──▶ asking ──/info──▶ loading ──page──▶ opening ──o──▶ open ──▶ ended
///                   │                  ▲ └──── next rung ───┘                   ▲
///                   └──── no answer ───┴──── no rung left ──────────────────────┘
/// ```
/// Only transports in an iframe have a page to load. Each request and each WebSocket has a number; what the driver says
/// of one that was aborted is passed over. A driver that hands over when bytes came, not when it got round to them, keeps
/// its own stalls out of the session's deadlines.
public struct SockJSClientSession: Sendable {
    /// When receive requests are made.
    public enum Pace: Sendable, Hashable {
        /// As a browser does: there is always one under way.
        case continuous
        /// Only when `demand` asks for one, once the session is open.
        case onDemand
    }

    /// What a session is opened with.
    public struct Configuration: Sendable, Hashable {
        /// The client library's constants: ladder, page, limits.
        public var options: ClientOptions
        /// Path of the service, such as `/sockjs`.
        public var service: String
        /// The host that requests go to, as in `Host`; a `base_url` that names another one is not followed.
        public var host: String
        /// When receive requests are made.
        public var pace: Pace

        /// A configuration.
        public init(
            options: ClientOptions = .sockJS, service: String, host: String, pace: Pace = .continuous
        ) {
            self.options = options
            self.service = service
            self.host = host
            self.pace = pace
        }
    }

    /// A request for the driver to make.
    public struct Request: Sendable, Hashable {
        /// What it is for.
        public enum Purpose: Sendable, Hashable {
            /// `/info`.
            case info
            /// The page that a transport in an iframe runs on; its fields decide whether it does.
            case iframePage
            /// The receive request that opens the session.
            case open
            /// A later receive request.
            case receive
            /// A send request.
            case send
        }

        /// Its number within the session, from 1.
        public var id: Int
        /// What it is for.
        public var purpose: Purpose
        /// The transport it belongs to; nil for `/info`.
        public var transport: ClientTransport?
        /// HTTP method.
        public var method: String
        /// Request target.
        public var target: String
        /// Media type of the body; nil without one.
        public var contentType: String?
        /// The body.
        public var body: String
    }

    /// What the driver must do.
    public enum Action: Sendable, Hashable {
        /// Make this request, and say `responded`, `received`, `completed` or `broke`.
        case request(Request)
        /// Cut this request. Nothing more is to be said of it.
        case abort(request: Int)
        /// Open a WebSocket at this target, and say `webSocketReceived` and `webSocketClosed`, also of one that is refused.
        case openWebSocket(id: Int, target: String)
        /// Send a text message on the WebSocket.
        case sendText(String)
        /// End the WebSocket with a closing handshake. Nothing more is to be said of it.
        case closeWebSocket
        /// Cut the WebSocket, or stop opening it. Nothing more is to be said of it.
        case cutWebSocket
        /// Something happened.
        case event(Event)
    }

    /// What happened to a session.
    public enum Event: Sendable, Hashable {
        /// A transport was tried, and opened (nil) or did not.
        case attempted(ClientTransport, SessionEnd?)
        /// The session is open.
        case opened(ClientTransport)
        /// What came before the frames of this answer; so many bytes.
        case prelude(request: Int, bytes: Int)
        /// The server is alive. Nil where a WebSocket brought it.
        case heartbeat(request: Int?)
        /// Messages in order.
        case messages([SockJSMessage])
        /// The body of this answer is no row of frames from here on, and passed over.
        case malformed(request: Int, SockJSFrameError)
        /// No session came about.
        case failed(SessionEnd)
        /// The session was open and is over.
        case ended(SessionEnd)
    }

    enum State: Sendable {
        case idle
        case asking(Body)
        /// The page of a transport in an iframe; nil once it is known not to run, which a client does not notice.
        case loading(ConnectMachine.Attempt, prefix: String, Body?)
        case opening(ConnectMachine.Attempt, Link)
        case open(ClientTransport, Link)
        case ended
    }

    /// What carries the session's frames.
    enum Link: Sendable {
        case http(Boxed<HTTPLink>)
        /// The WebSocket of this number.
        case webSocket(Int)
    }

    let configuration: Boxed<Configuration>
    var connect: Boxed<ConnectMachine>
    var state = State.idle
    var lastID = 0
    var marks: MarkGenerator

    /// A session that has not begun. Its server and session names are drawn from `names`, what tells its requests apart
    /// from `marks`, so that neither depends on how often the other was drawn.
    public init(
        _ configuration: Configuration, names: any RandomNumberGenerator & Sendable, marks: MarkGenerator
    ) {
        self.configuration = Boxed(configuration)
        self.marks = marks
        connect = Boxed(ConnectMachine(configuration.options, generator: names))
    }

    /// When to call `wake`; nil while nothing is awaited.
    public var wakeAt: MonotonicClock.Instant? {
        switch state {
        case .idle, .ended: nil
        case .asking, .loading: connect.value.wakeAt
        case .opening(_, .webSocket): connect.value.wakeAt
        case .opening(_, .http(let link)): [connect.value.wakeAt, link.value.wakeAt].compactMap(\.self).min()
        case .open(_, .http(let link)): link.value.wakeAt
        case .open(_, .webSocket): nil
        }
    }

    /// The transport it is open on; nil while it is not open.
    public var transport: ClientTransport? {
        if case .open(let transport, _) = state { return transport }
        return nil
    }

    /// Whether no message of an open session waits for its request, or for the answer to it.
    public var isSendIdle: Bool {
        if case .open(_, .http(let link)) = state { return link.value.sender.isIdle }
        return true
    }

    var isOpen: Bool {
        if case .open = state { return true }
        return false
    }

    /// Whether it is over, or never came about.
    public var isEnded: Bool {
        if case .ended = state { return true }
        return false
    }

    // MARK: What the application wants

    /// Begins.
    public mutating func start(now: MonotonicClock.Instant) -> [Action] {
        guard case .idle = state else { return [] }
        return follow(connect.value.start(now: now), now)
    }

    /// Begins on this transport alone, at a path below the service that is known without `/info`.
    ///
    /// - Parameter limit: how long it may take to open.
    public mutating func start(
        on transport: ClientTransport, at path: SessionPath, within limit: Duration, now: MonotonicClock.Instant
    ) -> [Action] {
        guard case .idle = state else { return [] }
        let attempt = connect.value.start(
            on: transport, server: path.server, session: path.session, within: limit, now: now)
        return follow(attempt, now)
    }

    /// Begins with a WebSocket at this target, whatever it looks like.
    ///
    /// - Parameter limit: how long it may take to open.
    public mutating func start(
        webSocketAt target: String, within limit: Duration, now: MonotonicClock.Instant
    ) -> [Action] {
        guard case .idle = state,
            case .attempt(let attempt)? = connect.value.start(
                on: .websocket, server: "", session: "", within: limit, now: now
            ).first
        else { return [] }
        let id = nextID()
        state = .opening(attempt, .webSocket(id))
        return [.openWebSocket(id: id, target: target)]
    }

    /// Sends a message. What an open session can't take at once waits; before and after, it is dropped. It throws when
    /// more than ``ClientOptions/byteLimit`` would wait.
    public mutating func send(
        _ message: SockJSMessage, now: MonotonicClock.Instant
    ) throws(SendQueueFull) -> [Action] {
        switch state {
        case .open(_, .webSocket): return [.sendText(ClientMessages.encode([message]))]
        case .open(_, .http):
            return try onSender(now) { sender throws(SendQueueFull) in
                try sender.enqueue(message, now: now)
            }
        case .idle, .asking, .loading, .opening, .ended: return []
        }
    }

    /// Asks for a receive request, where they are made on demand; one that is under way is enough.
    public mutating func demand(now: MonotonicClock.Instant) -> [Action] {
        guard isOpen, var held = takeLink() else { return [] }
        defer { put(held) }
        guard held.link.value.isWanted else { return [] }
        return [receive(&held.link.value)]
    }

    /// Cuts the receive request under way as a client may that changes its mind, and goes on with a new one, on demand
    /// where that is its pace.
    public mutating func abortReceive(now: MonotonicClock.Instant) -> [Action] {
        onLink(now) { $0.receiver.abortRequest(now: now) }
    }

    /// Ends it from the client's side, or gives it up while it is not open.
    public mutating func close() -> [Action] {
        let cut = cutWhatIsUnderWay()
        defer { state = .ended }
        switch state {
        case .open(_, .webSocket): return [.closeWebSocket, .event(.ended(.normal))]
        case .open(_, .http): return cut + [.event(.ended(.normal))]
        case .asking, .loading, .opening: return cut + [.event(.failed(.normal))]
        case .idle, .ended: return []
        }
    }

    // MARK: Time

    /// Time has passed.
    public mutating func wake(now: MonotonicClock.Instant) -> [Action] {
        var actions: [Action] = []
        // A driver may come late, and a rung that is begun then may have no time left either.
        while let due = wakeAt, due <= now { actions += wakeOnce(now) }
        return actions
    }

    private mutating func wakeOnce(_ now: MonotonicClock.Instant) -> [Action] {
        switch state {
        case .idle, .ended, .open(_, .webSocket): return []
        case .asking, .loading, .opening(_, .webSocket): return follow(connect.value.wake(now: now), now)
        case .opening:
            let actions = follow(connect.value.wake(now: now), now)
            return actions + onLink(now) { $0.receiver.wake(now: now) }
        case .open(_, .http):
            // Only a new message can be one too many.
            let sent = (try? onSender(now) { $0.wake(now: now) }) ?? []
            return sent + onLink(now) { $0.receiver.wake(now: now) }
        }
    }

    // MARK: What requests and WebSockets share

    mutating func nextID() -> Int {
        lastID += 1
        return lastID
    }
}
