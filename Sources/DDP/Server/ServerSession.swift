/// Server side of one DDP connection; the driver sends what it returns, in order.
///
/// ```
/// waiting ──connect, version agreed──▶ connected
///    └─────connect, no agreement─────▶ closed
/// ```
/// Methods run at once and in order; there are no publications, so every `sub` is answered by `nosub` 404.
public struct ServerSession: Sendable {
    /// A method to run.
    public struct Call: Sendable, Hashable {
        /// Its id in this session.
        public var id: String
        /// Its name.
        public var method: String
        /// Its parameters, EJSON as it came.
        public var params: [JSONValue]
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
        /// The client is connected with this version; start the heartbeat unless it is `pre1`.
        case connected(version: String)
        /// Close the carrier with code 1000, `Normal closure`.
        case close
    }

    private enum State: Sendable {
        case waiting
        case connected(version: String)
        case closed
    }

    /// The id that `connected` announces.
    public let sessionID: String
    private let limits: JSONLimits
    private var state = State.waiting

    /// A connection that did not say `connect` yet.
    public init(sessionID: String, limits: JSONLimits = .init()) {
        self.sessionID = sessionID
        self.limits = limits
    }

    /// The version agreed upon; nil before `connect`.
    public var version: String? { if case .connected(let version) = state { version } else { nil } }

    /// Takes one message of the client; a method in it is run by `run`.
    public mutating func receive(_ text: String, run: (Call) -> Outcome) -> [Action] {
        if case .closed = state { return [] }
        let envelope: Envelope?
        do throws(JSONError) { envelope = try Envelope.read(text, limits: limits) } catch {
            return refuse("Bad request")
        }
        guard let envelope else {
            guard let value = offending(text), value.arrayValue != nil else { return refuse("Bad request") }
            return refuse("Bad request", value)
        }
        return receive(envelope, text, run)
    }

    private mutating func receive(_ envelope: Envelope, _ text: String, _ run: (Call) -> Outcome) -> [Action] {
        if Self.isUndecodable(envelope) { return refuse("Parse error") }
        guard let msg = envelope[.msg], msg != .null, msg != "", msg != false, msg != 0 else {
            return refuse("Bad request", offending(text))
        }
        switch (state, msg) {
        case (.connected, "connect"): return refuse("Already connected", offending(text))
        case (.waiting, "connect"): return connect(envelope)
        case (.waiting, _): return refuse("Must connect first", offending(text))
        case (.connected("pre1"), "ping"), (.connected("pre1"), "pong"): return refuse("Bad request", offending(text))
        default: return execute(FieldReader(envelope, kind: msg.stringValue ?? "", text: text), text, run)
        }
    }

    /// What a client sent, to be shown to it.
    private func offending(_ text: String) -> JSONValue? { try? JSONValue(parsing: text, limits: limits) }

    private mutating func connect(_ envelope: Envelope) -> [Action] {
        // The session a client asks to resume is ignored, whatever it is.
        guard let version = envelope[.version]?.stringValue, let elements = envelope[.support]?.arrayValue
        else { return fail(DDPVersion.choice(for: [])) }
        let support = elements.compactMap(\.stringValue)
        guard support.count == elements.count, support.contains(version) else {
            return fail(DDPVersion.choice(for: []))
        }
        let choice = DDPVersion.choice(for: support)
        guard choice == version else { return fail(choice) }
        state = .connected(version: version)
        return [.send(.connected(session: sessionID)), .connected(version: version)]
    }

    private mutating func fail(_ version: String) -> [Action] {
        state = .closed
        return [.send(.failed(version: version)), .close]
    }

    private func execute(_ reader: FieldReader, _ text: String, _ run: (Call) -> Outcome) -> [Action] {
        do {
            switch try ClientMessage(reader) {
            case .ping(let id): return [.send(.pong(id: id))]
            case .pong, .connect: return []
            case .sub(let id, let name, _): return [.send(.nosub(id: id, error: .subscriptionNotFound(name)))]
            case .unsub(let id): return [.send(.nosub(id: id))]
            case .method(let id, let method, let params, _):
                return finish(Call(id: id, method: method, params: params), run)
            }
        } catch {
            switch reader.kind {
            // Meteor throws on such an id and says nothing.
            case "ping", "pong": return []
            case "unsub": return [.send(.nosub(id: nil))]
            case "sub": return refuse("Malformed subscription", offending(text))
            case "method": return refuse("Malformed method invocation", offending(text))
            default: return refuse("Bad request", offending(text))
            }
        }
    }

    private func finish(_ call: Call, _ run: (Call) -> Outcome) -> [Action] {
        let updated = Action.send(.updated(methods: [call.id]))
        switch run(call) {
        case .returned(let value): return [updated, .send(.result(id: call.id, outcome: .success(value)))]
        case .threw(let error): return [updated, .send(.result(id: call.id, outcome: .failure(error)))]
        case .notFound:
            return [.send(.result(id: call.id, outcome: .failure(.methodNotFound(call.method)))), updated]
        }
    }

    private func refuse(_ reason: String, _ offendingMessage: JSONValue? = nil) -> [Action] {
        [.send(.error(reason: reason, offendingMessage: offendingMessage))]
    }

    private static func isUndecodable(_ envelope: Envelope) -> Bool {
        if let cleared = envelope[.cleared], cleared.arrayValue == nil { return true }
        return [Envelope.Field.fields, .params, .result].contains { field in
            guard let value = envelope[field] else { return false }
            return (try? EJSON(decoding: value)) == nil
        }
    }
}
