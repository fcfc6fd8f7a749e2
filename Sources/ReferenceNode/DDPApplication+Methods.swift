import DDP

extension DDPApplication {
    mutating func run(_ call: ServerSession.Call, at now: ContinuousClock.Instant) -> [ServerSession.Action] {
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
        case "increment": return session.finish(call.ticket, increment(call.params.first))
        default: return session.finish(call.ticket, .notFound)
        }
    }

    var identity: JSONObject { JSONObject([("nodeID", .string(nodeID)), ("bootID", .string(bootID))]) }

    static func refusal(_ expected: String) -> ApplicationError {
        ApplicationError(error: 400, reason: "expected \(expected)")
    }

    /// Makes an appointment, or fails at once.
    private mutating func sleep(_ call: ServerSession.Call, at now: ContinuousClock.Instant) -> [ServerSession.Action] {
        guard let milliseconds = call.params.first?.integerValue, (0...Self.longestSleep).contains(milliseconds) else {
            let error = Self.refusal("milliseconds from 0 to \(Self.longestSleep)")
            return session.finish(call.ticket, .threw(error))
        }
        appointments.append(
            Appointment(
                due: now + .milliseconds(milliseconds), ticket: call.ticket, kind: .result(JSONValue(milliseconds))))
        return []
    }

    private static func code(_ value: JSONValue?) -> JSONValue {
        switch value {
        case .string?, .number?: value ?? 500
        default: 500
        }
    }

    private func increment(_ key: JSONValue?) -> ServerSession.Outcome {
        guard let key = key?.stringValue, let count = counts.increment(key) else {
            return .threw(
                Self.refusal(
                    "a key, a string of at most \(MethodCounts.keyBytes) bytes, one of \(MethodCounts.keyLimit) at most"
                ))
        }
        return .returned(
            .object(
                JSONObject(
                    [("key", .string(key)), ("count", JSONValue(count))] + identity.members.map { ($0.name, $0.value) })
            ))
    }
}
