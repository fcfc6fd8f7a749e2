import Clocks

/// The two halves of a session over HTTP and the requests that are under way for them.
struct HTTPLink: Sendable {
    /// What the targets of all its requests begin with.
    let base: String
    let transport: ClientTransport
    var receiver: ReceiveMachine
    var sender: SendQueue
    /// The receive request under way.
    var receive: Receive?
    /// The send request under way.
    var send: Send?
    /// Whether the receiver asked for a request that nobody demanded yet.
    var isWanted = false

    /// A receive request under way.
    struct Receive: Sendable {
        var id: Int
        /// The name that went out as `c=`.
        var callback: String
        /// A status other than 200, which counts when the answer is complete.
        var refusal: Int?
    }

    /// A send request under way.
    struct Send: Sendable {
        var id: Int
        /// Its status, which counts when the answer is complete.
        var status: Int?
    }

    init(_ path: SessionPath, _ transport: ClientTransport, _ options: ClientOptions) {
        base = "\(path.prefix)/\(path.server)/\(path.session)"
        self.transport = transport
        receiver = ReceiveMachine(transport, options)
        sender = SendQueue(transport, options)
    }

    /// When to wake either half.
    var wakeAt: MonotonicClock.Instant? {
        // A request that was not made has no time to keep.
        let receiving = isWanted ? nil : receiver.wakeAt
        guard let receiving, let sending = sender.wakeAt else { return receiving ?? sender.wakeAt }
        return min(receiving, sending)
    }

    /// Forgets the receive request under way, which the caller cuts.
    mutating func forgetReceive() -> Int? {
        defer { receive = nil }
        return receive?.id
    }
}
