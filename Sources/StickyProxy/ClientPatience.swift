/// How long a client may let the proxy wait, in ticks of the sweep rather than with a timer of its own.
struct ClientPatience: Sendable, Equatable {
    /// What the proxy waits for.
    enum Wait: Sendable, Equatable {
        /// Any byte of the next request.
        case request
        /// The rest of the head behind so many others.
        case head(after: Int)
        /// More of a request's body.
        case body
        /// An answer's next byte, or the client to take it.
        case answer
    }

    /// What to do about it.
    enum Verdict: Sendable, Equatable {
        case none
        /// Close the connection.
        case close
        /// Give up the request, and say so.
        case refuse
    }

    private let limits: Behavior.Limits
    private var wait = Wait.request
    private var waited = Duration.zero
    private var received = 0
    private var isActive = false

    init(_ limits: Behavior.Limits) { self.limits = limits }

    /// The client sent bytes.
    mutating func received(_ count: Int) {
        isActive = true
        received += count
    }

    /// Bytes went to the client.
    mutating func sent() { isActive = true }

    /// Some time passed, at whose end the proxy waits for this.
    mutating func passed(_ elapsed: Duration, waitingFor wait: Wait) -> Verdict {
        let goesOn =
            switch wait {
            case .request, .answer: isActive
            case .head: false
            case .body: received >= limits.bodyProgress
            }
        if wait != self.wait || goesOn {
            self.wait = wait
            waited = .zero
            received = 0
        } else {
            waited += elapsed
        }
        isActive = false
        switch wait {
        case .request: return waited >= limits.clientIdle ? .close : .none
        case .head: return waited >= limits.headTime ? .refuse : .none
        case .body: return waited >= limits.bodyTime ? .refuse : .none
        case .answer: return waited >= limits.exchangeIdle ? .close : .none
        }
    }
}
