import Clocks
import DDP

extension DDPApplication {
    mutating func publish(
        _ subscription: ServerSession.Subscription, at now: MonotonicClock.Instant
    ) -> [ServerSession.Action] {
        let ticket = subscription.ticket
        let first = subscription.params.first
        switch subscription.name {
        case "count": return numbers(ticket, first) { session in session.ready(ticket) + session.published(ticket) }
        case "fail":
            return numbers(ticket, first ?? 0) { session in
                session.stop(ticket, error: ApplicationError(error: 412, reason: "Explicit error"))
            }
        case "overlap":
            let name = first?.stringValue ?? "field"
            let fields = JSONObject([("common", .string(name)), (name == "common" ? "field" : name, true)])
            return session.added(ticket, collection: "overlap", id: "shared", fields: fields)
                + session.ready(ticket) + session.published(ticket)
        case "ticks": return ticks(subscription, at: now)
        default: return session.stop(ticket, error: .subscriptionNotFound(subscription.name))
        }
    }

    private mutating func numbers(
        _ ticket: Int, _ count: JSONValue?, then end: (inout ServerSession) -> [ServerSession.Action]
    ) -> [ServerSession.Action] {
        guard let count = count?.integerValue, (0...Self.mostDocuments).contains(count) else {
            return session.stop(ticket, error: Self.refusal("a number of documents from 0 to \(Self.mostDocuments)"))
        }
        var actions: [ServerSession.Action] = []
        for number in 0..<count {
            actions += session.added(
                ticket, collection: "numbers", id: .string(String(number)),
                fields: JSONObject([("n", JSONValue(number))]))
        }
        return actions + end(&session)
    }

    private mutating func ticks(
        _ subscription: ServerSession.Subscription, at now: MonotonicClock.Instant
    ) -> [ServerSession.Action] {
        let range = Self.shortestTick...Self.longestSleep
        guard let milliseconds = (subscription.params.first ?? 1_000).integerValue, range.contains(milliseconds) else {
            let error = Self.refusal("milliseconds from \(range.lowerBound) to \(range.upperBound)")
            return session.stop(subscription.ticket, error: error)
        }
        let interval = Duration.milliseconds(milliseconds)
        appointments.append(
            Appointment(
                due: now + interval, ticket: subscription.ticket,
                kind: .tick(id: subscription.id, number: 1, interval: interval)))
        let fields = JSONObject([("n", 0)] + identity.members.map { ($0.name, $0.value) })
        return session.added(subscription.ticket, collection: "ticks", id: .string(subscription.id), fields: fields)
            + session.ready(subscription.ticket) + session.published(subscription.ticket)
    }

    mutating func tick(_ ticket: Int, _ id: String, _ number: Int) -> [ServerSession.Action] {
        session.changed(ticket, collection: "ticks", id: .string(id), fields: JSONObject([("n", JSONValue(number))]))
    }
}
