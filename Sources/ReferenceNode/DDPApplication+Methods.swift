import Clocks
import DDP

extension DDPApplication {
    mutating func run(_ call: ServerSession.Call, at now: MonotonicClock.Instant) -> [ServerSession.Action] {
        switch call.method {
        case "echo": return session.finish(call.ticket, .returned(call.params.first))
        case "whoami": return session.finish(call.ticket, .returned(.object(identity)))
        case "sleep": return sleep(call, at: now)
        case "sleepUnblocked":
            let slept = sleep(call, at: now)
            return slept.isEmpty ? session.unblock(call.ticket) : slept
        case "throw":
            let error = ApplicationError(
                error: Self.code(call.params.first), reason: call.params.dropFirst().first?.stringValue,
                details: call.params.dropFirst(2).first)
            return session.finish(call.ticket, .threw(error))
        case "tally": return tally(call)
        case "increment": return increment(call, at: now)
        default: return session.finish(call.ticket, .notFound)
        }
    }

    var identity: JSONObject { JSONObject([("nodeID", .string(nodeID)), ("bootID", .string(bootID))]) }

    static func refusal(_ expected: String) -> ApplicationError {
        ApplicationError(error: 400, reason: "expected \(expected)")
    }

    /// Makes an appointment, or fails at once.
    private mutating func sleep(_ call: ServerSession.Call, at now: MonotonicClock.Instant) -> [ServerSession.Action] {
        guard let milliseconds = Self.milliseconds(call.params.first) else { return refuseSleep(call) }
        return finish(call, with: JSONValue(milliseconds), after: milliseconds, at: now)
    }

    private mutating func refuseSleep(_ call: ServerSession.Call) -> [ServerSession.Action] {
        session.finish(call.ticket, .threw(Self.refusal("milliseconds from 0 to \(Self.longestSleep)")))
    }

    private static func milliseconds(_ value: JSONValue?) -> Int? {
        guard let milliseconds = value?.integerValue, (0...longestSleep).contains(milliseconds) else { return nil }
        return milliseconds
    }

    private mutating func finish(
        _ call: ServerSession.Call, with value: JSONValue, after milliseconds: Int, at now: MonotonicClock.Instant
    ) -> [ServerSession.Action] {
        appointments.append(
            Appointment(due: now + .milliseconds(milliseconds), ticket: call.ticket, kind: .result(value)))
        return []
    }

    /// Gives back its text, with how often this connection has called it.
    private mutating func tally(_ call: ServerSession.Call) -> [ServerSession.Action] {
        tallies += 1
        let value = JSONObject(
            [("count", JSONValue(tallies)), ("text", call.params.first ?? .null)]
                + identity.members.map { ($0.name, $0.value) })
        return session.finish(call.ticket, .returned(.object(value)))
    }

    private static func code(_ value: JSONValue?) -> JSONValue {
        switch value {
        case .string?, .number?: value ?? 500
        default: 500
        }
    }

    private mutating func increment(
        _ call: ServerSession.Call, at now: MonotonicClock.Instant
    ) -> [ServerSession.Action] {
        guard let milliseconds = Self.milliseconds(call.params.dropFirst().first ?? 0) else { return refuseSleep(call) }
        guard let key = call.params.first?.stringValue, let count = counts.increment(key) else {
            let error = Self.refusal(
                "a key, a string of at most \(MethodCounts.keyBytes) bytes, one of \(MethodCounts.keyLimit) at most")
            return session.finish(call.ticket, .threw(error))
        }
        let value = JSONValue.object(
            JSONObject(
                [("key", .string(key)), ("count", JSONValue(count))] + identity.members.map { ($0.name, $0.value) }))
        guard milliseconds > 0 else { return session.finish(call.ticket, .returned(value)) }
        return finish(call, with: value, after: milliseconds, at: now)
    }
}
