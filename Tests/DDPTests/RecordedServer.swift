import Clocks
import DDP

/// The application that the server transcripts were recorded with, on a clock of its own.
struct RecordedServer {
    private var session: ServerSession
    private(set) var now = MonotonicClock.now
    private var timers: [(due: MonotonicClock.Instant, end: End)] = []
    /// What the client got since the last look; `CLOSE` for a close.
    private var sent: [String] = []

    private enum End {
        case method(ServerSession.Call, JSONValue?)
        case publication(ServerSession.Subscription)

        var ticket: Int {
            switch self {
            case .method(let call, _): call.ticket
            case .publication(let subscription): subscription.ticket
            }
        }
    }

    init(configuration: ServerSession.Configuration = .init()) {
        session = ServerSession(sessionID: "SESSION", configuration: configuration)
    }

    /// A server whose client is connected.
    static func connected(configuration: ServerSession.Configuration = .init()) -> RecordedServer {
        var server = RecordedServer(configuration: configuration)
        _ = server.answers(to: #"{"msg":"connect","version":"1","support":["1"]}"#)
        return server
    }

    mutating func answers(to text: String) -> [String] {
        perform(session.receive(text, at: now))
        return takeSent()
    }

    /// Lets time pass until nothing runs any more.
    mutating func finishAll() -> [String] {
        while let next = timers.min(by: { $0.due < $1.due }) {
            timers.removeAll { $0.due == next.due && $0.end.ticket == next.end.ticket }
            now = max(now, next.due)
            switch next.end {
            case .method(let call, let value): perform(session.finish(call.ticket, .returned(value)))
            case .publication(let subscription):
                perform(session.ready(subscription.ticket) + session.published(subscription.ticket))
            }
        }
        return takeSent()
    }

    /// Lets heartbeats fire until a time.
    mutating func beat(until end: MonotonicClock.Instant) -> [String] {
        while let wakeAt = session.wakeAt, wakeAt <= end {
            now = wakeAt
            perform(session.timerFired(at: wakeAt))
        }
        return takeSent()
    }

    mutating func takeSent() -> [String] {
        defer { sent = [] }
        return sent
    }

    private mutating func perform(_ actions: [ServerSession.Action]) {
        var pending = actions[...]
        while let action = pending.popFirst() {
            switch action {
            case .send(let message): sent.append(message.text)
            case .close: sent.append("CLOSE")
            case .connected: break
            case .stopped(let ticket): timers.removeAll { $0.end.ticket == ticket }
            case .run(let call): pending += run(call)
            case .publish(let subscription): pending += publish(subscription)
            }
        }
    }

    private mutating func run(_ call: ServerSession.Call) -> [ServerSession.Action] {
        let milliseconds = call.params.first?.integerValue ?? 0
        switch call.method {
        case "echo":
            let values = call.params.map { value in (try? EJSON(decoding: value))?.json ?? .null }
            return session.finish(call.ticket, .returned(.array(values)))
        case "sleep":
            timers.append((now + .milliseconds(milliseconds), .method(call, 0)))
            return []
        case "sleepUnblocked":
            timers.append((now + .milliseconds(milliseconds), .method(call, "slept")))
            return session.unblock(call.ticket)
        case "types":
            let value: EJSON = [
                "d": .date(milliseconds: 1_378_747_430_526), "b": .binary([0, 255, 16]), "n": .number(.nan),
                "i": .number(.infinity), "ni": .number(-.infinity),
                "r": (try? RegularExpression(pattern: "a+", flags: "gi")).map { .regularExpression($0) } ?? .null,
                "o": ObjectID(hex: "507f1f77bcf86cd799439011").map { .objectID($0) } ?? .null, "lit": ["$date": 30],
            ]
            return session.finish(call.ticket, .returned(value.json))
        case "throw1":
            let error = ApplicationError(
                error: 999, reason: "Client-visible test exception", details: call.params.first)
            return session.finish(call.ticket, .threw(error))
        case "throwInternal": return session.finish(call.ticket, .threw(.internalServerError))
        case "nothing": return session.finish(call.ticket, .returned(nil))
        case "closeMe": return session.finish(call.ticket, .returned(true)) + session.close()
        case "setUserId":
            // The publications run before the method goes on.
            perform(session.rerunPublications())
            return session.finish(call.ticket, .returned(nil))
        default: return session.finish(call.ticket, .notFound)
        }
    }

    private mutating func publish(_ subscription: ServerSession.Subscription) -> [ServerSession.Action] {
        let ticket = subscription.ticket
        var actions: [ServerSession.Action] = []
        switch subscription.name {
        case "two":
            actions += session.added(ticket, collection: "c", id: "x", fields: JSONObject([("foo", 1), ("bar", 2)]))
            actions += session.added(ticket, collection: "c", id: "y", fields: JSONObject([("d", ["$date": 5])]))
            actions += session.ready(ticket)
        case "overlapB":
            actions += session.added(ticket, collection: "c", id: "x", fields: JSONObject([("foo", 1), ("baz", 3)]))
            actions += session.ready(ticket)
        case "stops":
            actions += session.added(ticket, collection: "c", id: "s") + session.ready(ticket) + session.stop(ticket)
        case "oid":
            let ids: [DocumentID] = [
                ObjectID(hex: "507f1f77bcf86cd799439011").map { .objectID($0) } ?? .undefined,
                .string("507f1f77bcf86cd799439012"), .number(7), .string("-dash"),
            ]
            for (index, id) in ids.enumerated() {
                let fields = JSONObject([("a", JSONValue(index + 1))])
                actions += session.added(ticket, collection: "c", id: id, fields: fields)
            }
            actions += session.ready(ticket)
        case "fails": actions += session.stop(ticket, error: ApplicationError(error: 412, reason: "Explicit error"))
        case "failsInternal": actions += session.stop(ticket, error: .internalServerError)
        case "neverReady": break
        case "slow":
            timers.append((now + .milliseconds(300), .publication(subscription)))
            return actions
        default: actions += session.stop(ticket, error: .subscriptionNotFound(subscription.name))
        }
        return actions + session.published(ticket)
    }
}
