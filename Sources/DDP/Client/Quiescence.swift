/// What keeps a client from showing data: after a reconnect the subscriptions that had been ready and the methods sent
/// again, at any time a `wait` method. Until all of them are done, messages of data are held back.
struct Quiescence: Sendable {
    private var subscriptions: Set<String> = []
    private var methods: Set<String> = []
    private(set) var held: [ServerMessage] = []
    /// Whether documents of the session before must go first.
    private(set) var resets = false

    var isWaiting: Bool { !subscriptions.isEmpty || !methods.isEmpty }

    /// A new session begins.
    mutating func begin(reviving subscriptions: Set<String>, methods: Set<String>, resets: Bool) {
        self.subscriptions = subscriptions
        self.methods = methods
        self.resets = self.resets || resets
        held = []
    }

    mutating func wait(for method: String) { methods.insert(method) }

    /// Holds a message back and counts what it ends.
    mutating func hold(_ message: ServerMessage) {
        switch message {
        case .nosub(let id, _): if let id { subscriptions.remove(id) }
        case .ready(let ids): subscriptions.subtract(ids)
        case .updated(let ids): methods.subtract(ids)
        default: break
        }
        held.append(message)
    }

    /// What was held back, and whether the documents before must go; both are forgotten.
    mutating func release() -> (messages: [ServerMessage], resets: Bool) {
        defer {
            held = []
            resets = false
        }
        return (held, resets)
    }
}
