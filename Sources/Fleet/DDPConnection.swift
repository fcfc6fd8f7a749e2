import Clocks
package import DDP

/// The client's end of DDP on one carrier: negotiation, calls and pings, one at a time.
package struct DDPConnection: Sendable {
    /// Why DDP did not go on.
    package enum Failure: Error, Sendable, Hashable {
        /// The carrier ended or timed out.
        case carrier(CarrierError)
        /// The server sent something that is no DDP, or refused; the text says what.
        case protocolBroken(String)
        /// The method failed with this error.
        case method(ApplicationError)
    }

    /// What carries it.
    package let carrier: any Carrier
    private var session = ClientSession(seed: 0)
    private var events: [ClientSession.Event] = []

    private init(carrier: any Carrier) { self.carrier = carrier }

    /// Negotiates a session of DDP on a carrier.
    package static func connect(
        over carrier: any Carrier, within limit: Duration = .seconds(5)
    ) async throws(Failure) -> DDPConnection {
        let deadline = MonotonicClock.now + limit
        var connection = DDPConnection(carrier: carrier)
        _ = connection.session.start(at: .now)
        try await connection.perform(connection.session.carrierOpened(at: .now))
        while true {
            if case .connected = try await connection.next(until: deadline) { return connection }
        }
    }

    /// Calls a method and waits for its result and for its writes.
    package mutating func call(
        _ method: String, _ params: [JSONValue], within limit: Duration = .seconds(5)
    ) async throws(Failure) -> JSONValue? {
        let deadline = MonotonicClock.now + limit
        let (id, actions) = session.call(method, params)
        try await perform(actions)
        while true {
            guard case .completed(id, let outcome) = try await next(until: deadline) else { continue }
            switch outcome {
            case .success(let value): return value
            case .failure(let error): throw .method(error)
            }
        }
    }

    /// Sends a ping and waits for its pong.
    package mutating func ping(_ id: String, within limit: Duration = .seconds(5)) async throws(Failure) {
        let deadline = MonotonicClock.now + limit
        try await perform(session.ping(id: id))
        while true {
            if case .pong(id: .string(id)) = try await next(until: deadline) { return }
        }
    }

    /// Sends what the session wants sent, and keeps the events.
    private mutating func perform(_ actions: [ClientSession.Action]) async throws(Failure) {
        for action in actions {
            switch action {
            case .send(let message):
                do throws(CarrierError) { try await carrier.send(message.text) } catch { throw .carrier(error) }
            case .event(let event): events.append(event)
            // The carrier is the owner's to close; the status says what led to it.
            case .open, .close: continue
            }
        }
    }

    /// The next event; whatever else the server sends, the deadline stands.
    private mutating func next(until deadline: MonotonicClock.Instant) async throws(Failure) -> ClientSession.Event {
        while events.isEmpty {
            let text: String
            do throws(CarrierError) {
                let left = deadline - .now
                // A server that never falls silent would keep a queued carrier going without it.
                guard left > .zero else { throw .timedOut }
                text = try await carrier.receive(within: left)
            } catch {
                throw .carrier(error)
            }
            try await perform(session.receive(text, at: .now))
        }
        let event = events.removeFirst()
        switch event {
        case .status(.failed(let version)): throw .protocolBroken("the server wants DDP version \(version)")
        case .status(.waiting): throw .protocolBroken("the server wants another version of DDP")
        // Meteor's client passes over objects without "msg", such as the {"server_id":"0"} of its servers.
        case .unusable(let error) where error.reason != .unknownMessage(nil): throw .protocolBroken("\(error)")
        default: return event
        }
    }
}
