public import Clocks

/// Client side of DDP over any number of connections, by the rules of Meteor's client; the driver does what the methods
/// return, in order.
///
/// ```
/// offline ──start──▶ connecting ──carrierOpened──▶ open ──failed, no common version──▶ failed
///                        ▲  └──carrierClosed, too long──┐ │ carrierClosed, peer silent
///                        └────wakeAt──── waiting ◀──────┴─┘
/// ```
/// Everything outstanding is sent when a carrier opens, without waiting for `connected`: calls without a result, with
/// the ids they had, then all subscriptions. A call that was executed before the connection broke is executed twice.
public struct ClientSession: Sendable {
    /// Knobs of a client.
    public struct Configuration: Sendable {
        /// Versions it speaks, best first.
        public var support = DDPVersion.supported
        /// When to ping; nil for never.
        public var heartbeat: Heartbeat.Timing? = .meteorClient
        /// How long a carrier may take to open.
        public var connectTimeout: Duration = .seconds(10)
        /// How long to wait before it connects again.
        public var backOff = BackOff()
        /// Methods it calls before all others whenever a carrier opens again, such as a login.
        public var reconnectCalls: [ReconnectCall] = []
        /// How documents are shown together; nil shows each as it comes, which is what tells when it came.
        public var writeBatching: WriteBatching?
        /// Messages of data it holds back until subscriptions are ready again; one more breaks the connection.
        public var heldMessages = 100_000

        /// Meteor's.
        public init() {}
    }

    /// A method to call when a carrier opens again.
    public struct ReconnectCall: Sendable, Hashable {
        /// Its name.
        public var method: String
        /// Its parameters.
        public var params: [JSONValue]
        /// How it is called.
        public var options: CallOptions

        /// A call.
        public init(_ method: String, _ params: [JSONValue] = [], options: CallOptions = .init()) {
            self.method = method
            self.params = params
            self.options = options
        }
    }

    /// Where a client is.
    public enum Status: Sendable, Hashable {
        /// A carrier is being opened.
        case connecting
        /// A carrier is open.
        case connected
        /// It will connect again then.
        case waiting(until: MonotonicClock.Instant)
        /// The server wants this version, which the client does not speak: it gave up.
        case failed(version: String)
        /// It is not to connect.
        case offline
    }

    /// What the driver must do.
    public enum Action: Sendable, Hashable {
        /// Open a carrier, and say `carrierOpened` or `carrierClosed`.
        case open
        /// Close the carrier, or stop opening it. Nothing more is to be said of it.
        case close
        /// Send this message.
        case send(ClientMessage)
        /// Something happened.
        case event(Event)
    }

    /// What happened to a client.
    public enum Event: Sendable, Hashable {
        /// It is elsewhere now.
        case status(Status)
        /// The session is open.
        case connected(session: String, version: String)
        /// A method returned or failed; its writes may be outstanding.
        case resultReceived(method: String, outcome: Result<JSONValue?, ApplicationError>)
        /// A method returned or failed, and what it wrote is visible.
        case completed(method: String, outcome: Result<JSONValue?, ApplicationError>)
        /// The first documents of a subscription are there. Said once, whatever reconnects follow.
        case ready(subscription: String)
        /// A subscription ended, by either side.
        case stopped(subscription: String, error: ApplicationError?)
        /// These messages change documents; before them all documents are gone if `reset`.
        case data([ServerMessage], reset: Bool)
        /// The server answered a ping.
        case pong(id: JSONValue?)
        /// The server says that we broke the protocol.
        case refused(reason: String, offendingMessage: JSONValue?)
        /// A message that answers nothing outstanding, such as a second result.
        case stray(ServerMessage)
        /// A text that is no message; it is passed over.
        case unusable(DDPError)
    }

    struct Subscription: Sendable {
        var id: String
        var name: String
        var params: [JSONValue]
        var isReady = false

        var message: ClientMessage { .sub(id: id, name: name, params: params) }
    }

    /// Where the client is.
    public internal(set) var status = Status.offline
    /// Attempts to connect since a carrier was open.
    public internal(set) var retryCount = 0
    /// The session of the last connection, which the next `connect` names.
    public internal(set) var session: String?
    let configuration: Configuration
    var version: String
    var generator: SeededGenerator
    var methods = MethodBlocks()
    var lastMethod = 0
    var subscriptions: [Subscription] = []
    /// Subscriptions that were told to end, and whose `nosub` has not come.
    var ending: Set<String> = []
    var quiescence = Quiescence()
    var writes: WriteBuffer
    var heartbeat: Heartbeat?
    var connectDeadline: MonotonicClock.Instant?

    /// A client that never connected.
    ///
    /// - Parameter seed: of its subscriptions' ids and of the spread of its waits.
    public init(configuration: Configuration = .init(), seed: UInt64) {
        self.configuration = configuration
        self.version = configuration.support.first ?? "1"
        self.writes = WriteBuffer(configuration.writeBatching)
        self.generator = SeededGenerator(seed: seed)
    }

    // MARK: What the application wants

    /// Calls a method; it is sent at once, or when it may. The id goes on counting over reconnects.
    public mutating func call(
        _ method: String, _ params: [JSONValue] = [], options: CallOptions = .init()
    ) -> (id: String, actions: [Action]) {
        let outstanding = newMethod(method, params, options)
        let mayBeSent = methods.append(outstanding)
        return (outstanding.id, mayBeSent && isOpen ? sendMethods() : [])
    }

    /// Subscribes; the id stays the same over reconnects.
    public mutating func subscribe(_ name: String, _ params: [JSONValue] = []) -> (id: String, actions: [Action]) {
        let subscription = Subscription(id: SessionID.random(using: &generator), name: name, params: params)
        subscriptions.append(subscription)
        return (subscription.id, isOpen ? [.send(subscription.message)] : [])
    }

    /// Ends a subscription; `stopped` follows when the server says so, at once if there is none.
    public mutating func unsubscribe(_ id: String) -> [Action] {
        guard let index = subscriptions.firstIndex(where: { $0.id == id }) else { return [] }
        subscriptions.remove(at: index)
        guard isOpen else { return [.event(.stopped(subscription: id, error: nil))] }
        ending.insert(id)
        return [.send(.unsub(id: id))]
    }

    /// Asks for a pong, beside the heartbeat.
    public func ping(id: String? = nil) -> [Action] { isOpen ? [.send(.ping(id: id.map { .string($0) }))] : [] }

    var isOpen: Bool { status == .connected }

    func isData(_ message: ServerMessage) -> Bool {
        switch message {
        case .added, .changed, .removed, .addedBefore, .movedBefore: true
        default: false
        }
    }

    mutating func newMethod(_ method: String, _ params: [JSONValue], _ options: CallOptions) -> MethodBlocks.Method {
        lastMethod += 1
        let id = String(lastMethod)
        let message = ClientMessage.method(id: id, method: method, params: params, randomSeed: options.randomSeed)
        return .init(id: id, message: message, options: options)
    }

    /// Sends what the first block has not sent.
    mutating func sendMethods() -> [Action] {
        methods.takeUnsent().map { method in
            if method.options.wait { quiescence.wait(for: method.id) }
            return .send(method.message)
        }
    }
}
