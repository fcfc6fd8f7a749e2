public import Clocks

/// Server side of one DDP connection, as Meteor has it; the driver does what the methods return, in order.
///
/// ```
/// waiting ──connect, version agreed──▶ connected ──peer silent, queue overflown──▶ closed
///    └─────connect, no agreement──────────────────────────────────────────────────────▲
/// ```
/// Messages are worked off one after another: the next one begins when the method or publication of the present one has
/// finished, or says `unblock`. Pings are answered at once.
public struct ServerSession: Sendable {
    /// Knobs of a session.
    public struct Configuration: Sendable {
        /// What one message may hold.
        public var limits = JSONLimits()
        /// When to ping; nil for never.
        public var heartbeat: Heartbeat.Timing? = .meteorServer
        /// Messages that may wait for their turn; one more closes the session.
        public var queuedMessages = 10_000
        /// Bytes of the messages that wait for their turn.
        public var queuedBytes = 1 << 24
        /// Methods that may run at a time; beyond, `unblock` has no effect.
        public var runningMethods = 1_000
        /// Subscriptions that may be open; further ones are refused.
        public var subscriptions = 1_000

        /// Meteor's times, and limits that no decent client meets.
        public init() {}
    }

    /// A method to run.
    public struct Call: Sendable, Hashable {
        /// Names this run, unlike `id`, which is the client's.
        public var ticket: Int
        /// Its id in this session.
        public var id: String
        /// Its name.
        public var method: String
        /// Its parameters, EJSON as it came.
        public var params: [JSONValue]
        /// What the client seeds its random ids with, if it makes some.
        public var randomSeed: String?

        /// A call.
        public init(ticket: Int, id: String, method: String, params: [JSONValue], randomSeed: String? = nil) {
            self.ticket = ticket
            self.id = id
            self.method = method
            self.params = params
            self.randomSeed = randomSeed
        }
    }

    /// A publication to run.
    public struct Subscription: Sendable, Hashable {
        /// Names this run, unlike `id`, which is the client's.
        public var ticket: Int
        /// Its id in this session.
        public var id: String
        /// Name of the publication.
        public var name: String
        /// Its parameters, EJSON as it came.
        public var params: [JSONValue]

        /// A subscription.
        public init(ticket: Int, id: String, name: String, params: [JSONValue]) {
            self.ticket = ticket
            self.id = id
            self.name = name
            self.params = params
        }
    }

    /// What a method did.
    public enum Outcome: Sendable, Hashable {
        /// It returned this, or nothing.
        case returned(JSONValue?)
        /// It threw this.
        case threw(ApplicationError)
        /// There is no such method.
        case notFound
    }

    /// What the driver must do.
    public enum Action: Sendable, Hashable {
        /// Send this message.
        case send(ServerMessage)
        /// The client is connected with this version.
        case connected(version: String)
        /// Run this method, and say `finish` when it is done.
        case run(Call)
        /// Run this publication: `added` … `ready`, and `published` when its function has returned.
        case publish(Subscription)
        /// The publication with this ticket has ended; whatever it still says is passed over.
        case stopped(ticket: Int)
        /// Close the carrier with code 1000, `Normal closure`.
        case close
    }

    enum State: Sendable {
        case waiting
        case connected(version: String)
        case closed
    }

    /// The id that `connected` announces.
    public let sessionID: String
    let configuration: Configuration
    var state = State.waiting
    var heartbeat: Heartbeat?
    var queue = MessageQueue()
    /// The method or publication that the queue waits for.
    var blocker: Int?
    var lastTicket = 0
    var running: [Int: Call] = [:]
    var subscriptions = SubscriptionTable()
    var box = MergeBox()
    var rerun: Rerun?

    /// A connection that did not say `connect` yet.
    public init(sessionID: String, configuration: Configuration = .init()) {
        self.sessionID = sessionID
        self.configuration = configuration
    }

    /// The version agreed upon; nil before `connect`.
    public var version: String? { if case .connected(let version) = state { version } else { nil } }

    /// When `timerFired` is due; nil for never.
    public var wakeAt: MonotonicClock.Instant? { heartbeat?.wakeAt }

    /// The time `wakeAt` has come.
    public mutating func timerFired(at now: MonotonicClock.Instant) -> [Action] {
        switch heartbeat?.timerFired(at: now) {
        case .ping: [.send(.ping())]
        case .timedOut: close()
        case .some(.none), nil: []
        }
    }

    /// Takes one message of the client.
    public mutating func receive(_ text: String, at now: MonotonicClock.Instant) -> [Action] {
        if case .closed = state { return [] }
        heartbeat?.packetReceived()
        let limits = configuration.limits
        var envelope = Envelope()
        do throws(JSONError) {
            guard try envelope.read(text, limits: limits) else {
                let value = offending(text)
                return refuse("Bad request", value?.arrayValue == nil ? nil : value)
            }
        } catch {
            return refuse("Bad request")
        }
        guard Self.isDecodable(envelope) else { return refuse("Parse error") }
        guard let msg = envelope[.msg], msg != .null, msg != "", msg != false, msg != 0 else {
            return refuse("Bad request", offending(text))
        }
        switch (state, msg) {
        case (.connected, "connect"): return refuse("Already connected", offending(text))
        case (.waiting, "connect"): return connect(envelope, at: now)
        case (.waiting, _): return refuse("Must connect first", offending(text))
        case (.connected(let version), "ping") where DDPVersion.hasPing(version): return pong(envelope)
        case (.connected(let version), "pong") where DDPVersion.hasPing(version): return []
        default:
            guard queue.push(work(envelope, msg, text), bytes: text.utf8.count, limits: configuration) else {
                return close()
            }
            return pump()
        }
    }

    /// Ends the session: the carrier is closed, and what runs is told.
    public mutating func close() -> [Action] {
        if case .closed = state { return [] }
        return carrierClosed() + [.close]
    }

    /// The carrier is gone.
    public mutating func carrierClosed() -> [Action] {
        state = .closed
        heartbeat = nil
        queue = MessageQueue()
        blocker = nil
        running = [:]
        box = MergeBox()
        rerun = nil
        defer { subscriptions = SubscriptionTable() }
        return subscriptions.inOrder.map { .stopped(ticket: $0.ticket) }
    }

    // MARK: Single messages

    private mutating func connect(_ envelope: borrowing Envelope, at now: MonotonicClock.Instant) -> [Action] {
        // The session that a client asks to resume is passed over, whatever it is.
        let support = envelope[.support]?.arrayValue ?? []
        let names = support.compactMap(\.stringValue)
        guard let version = envelope[.version]?.stringValue, names.count == support.count, names.contains(version)
        else { return fail(DDPVersion.choice(for: [])) }
        let choice = DDPVersion.choice(for: names)
        guard choice == version else { return fail(choice) }
        state = .connected(version: version)
        if DDPVersion.hasPing(version) { heartbeat = configuration.heartbeat.map { Heartbeat(timing: $0, at: now) } }
        return [.send(.connected(session: sessionID)), .connected(version: version)]
    }

    private mutating func fail(_ version: String) -> [Action] {
        state = .closed
        return [.send(.failed(version: version)), .close]
    }

    private func pong(_ envelope: borrowing Envelope) -> [Action] {
        switch envelope[.id] {
        case nil, .null, .string, .utf16: [.send(.pong(id: envelope[.id]))]
        // Meteor throws on such an id and says nothing.
        default: []
        }
    }

    /// What a message asks for when its turn comes.
    private func work(_ envelope: borrowing Envelope, _ msg: JSONValue, _ text: String) -> MessageQueue.Work {
        let kind = msg.stringValue ?? ""
        do throws(DDPError.Reason) {
            switch try ClientMessage(kind, envelope) {
            case .sub(let id, let name, let params): return .sub(id: id, name: name, params: params)
            case .unsub(let id): return .unsub(id: id)
            case .method(let id, let method, let params, let seed):
                return .method(id: id, method: method, params: params, randomSeed: seed)
            case .connect, .ping, .pong: return .refusal("Bad request", offending(text))
            }
        } catch {
            switch kind {
            case "unsub": return .unsub(id: nil)
            case "sub": return .refusal("Malformed subscription", offending(text))
            case "method": return .refusal("Malformed method invocation", offending(text))
            default: return .refusal("Bad request", offending(text))
            }
        }
    }

    func refuse(_ reason: String, _ offendingMessage: JSONValue? = nil) -> [Action] {
        [.send(.error(reason: reason, offendingMessage: offendingMessage))]
    }

    /// What a client sent, to be shown to it; it was read once, so it can be read again.
    private func offending(_ text: String) -> JSONValue? { try? JSONValue(parsing: text, limits: configuration.limits) }

    private static func isDecodable(_ envelope: borrowing Envelope) -> Bool {
        if let cleared = envelope[.cleared], cleared.arrayValue == nil { return false }
        do throws(EJSONError) {
            for field in [Envelope.Field.fields, .params, .result] {
                if let value = envelope[field] { try EJSON.check(value) }
            }
            return true
        } catch {
            return false
        }
    }
}
