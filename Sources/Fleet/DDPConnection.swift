import DDP

/// The client's end of DDP on one carrier: negotiation, calls and pings, one at a time.
public struct DDPConnection: Sendable {
    /// Why DDP did not go on.
    public enum Failure: Error, Sendable, Hashable {
        /// The carrier ended or timed out.
        case carrier(CarrierError)
        /// The server sent something that is no DDP, or refused; the text says what.
        case protocolBroken(String)
        /// The method failed with this error.
        case method(ApplicationError)
    }

    /// What carries it.
    public let carrier: any Carrier
    private var session = ClientSession()

    private init(carrier: any Carrier) { self.carrier = carrier }

    /// Negotiates a session of DDP on a carrier.
    public static func connect(
        over carrier: any Carrier, within limit: Duration = .seconds(5)
    ) async throws(Failure) -> DDPConnection {
        let deadline = ContinuousClock.now + limit
        var connection = DDPConnection(carrier: carrier)
        try await connection.send(connection.session.connect())
        while true {
            switch try await connection.next(until: deadline) {
            case .connected: return connection
            case .reconnect(let version), .failed(let version):
                throw .protocolBroken("the server wants DDP version \(version)")
            default: continue
            }
        }
    }

    /// Calls a method and waits for its result and for its writes.
    public mutating func call(
        _ method: String, _ params: [JSONValue], within limit: Duration = .seconds(5)
    ) async throws(Failure) -> JSONValue? {
        let message = session.method(method, params)
        guard case .method(let id, _, _, _) = message else { throw .protocolBroken("no method id") }
        try await send(message)
        let deadline = ContinuousClock.now + limit
        var outcome: Result<JSONValue?, ApplicationError>?
        var isUpdated = false
        while true {
            switch try await next(until: deadline) {
            case .result(id, let result): outcome = result
            case .updated(let methods) where methods.contains(id): isUpdated = true
            default: continue
            }
            guard let outcome, isUpdated else { continue }
            switch outcome {
            case .success(let value): return value
            case .failure(let error): throw .method(error)
            }
        }
    }

    /// Sends a ping and waits for its pong.
    public mutating func ping(_ id: String, within limit: Duration = .seconds(5)) async throws(Failure) {
        let deadline = ContinuousClock.now + limit
        try await send(.ping(id: .string(id)))
        while true {
            if case .other(.pong(id: .string(id))) = try await next(until: deadline) { return }
        }
    }

    private func send(_ message: ClientMessage) async throws(Failure) {
        do throws(CarrierError) {
            try await carrier.send(message.text)
        } catch {
            throw .carrier(error)
        }
    }

    /// The next event; whatever else the server sends, the deadline stands.
    private mutating func next(until deadline: ContinuousClock.Instant) async throws(Failure) -> ClientSession.Event {
        while true {
            let text: String
            do throws(CarrierError) {
                let left = deadline - .now
                // A server that never falls silent would keep a queued carrier going without it.
                guard left > .zero else { throw .timedOut }
                text = try await carrier.receive(within: left)
            } catch {
                throw .carrier(error)
            }
            let event: ClientSession.Event
            do throws(DDPError) {
                event = session.receive(try ServerMessage(parsing: text))
            } catch {
                // Meteor's client passes over objects without "msg", such as the {"server_id":"0"} of its servers.
                if error.reason == .unknownMessage(nil) { continue }
                throw .protocolBroken("\(error)")
            }
            if case .reply(let reply) = event { try await send(reply) }
            return event
        }
    }
}
