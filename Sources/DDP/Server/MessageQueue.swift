/// The messages of one session that wait for their turn.
struct MessageQueue: Sendable {
    /// What a message asks for.
    enum Work: Sendable {
        case method(id: String, method: String, params: [JSONValue], randomSeed: String?)
        case sub(id: String, name: String, params: [JSONValue])
        case unsub(id: String?)
        case refusal(String, JSONValue?)
    }

    private var waiting: [(work: Work, bytes: Int)] = []
    private var first = 0
    private var bytes = 0

    /// Takes a message in; false if that would be too much.
    mutating func push(_ work: Work, bytes size: Int, limits: ServerSession.Configuration) -> Bool {
        guard waiting.count - first < limits.queuedMessages, bytes + size <= max(limits.queuedBytes, size) else {
            return false
        }
        waiting.append((work, size))
        bytes += size
        return true
    }

    mutating func pop() -> Work? {
        guard first < waiting.count else { return nil }
        let next = waiting[first]
        first += 1
        bytes -= next.bytes
        if first > 32, first * 2 > waiting.count {
            waiting.removeFirst(first)
            first = 0
        }
        return next.work
    }
}
