extension Behavior {
    /// What the proxy changes of a client's request, apart from its header fields.
    package struct Requests: Sendable, Equatable {
        /// A path that is taken off the front of every target below it, as nginx's `proxy_pass http://app/;` does in
        /// `location /app/`; nil leaves targets as they are.
        package var strippedPrefix: String?
    }
}

extension Behavior.Headers {
    /// What becomes of a request's `X-Forwarded-For`.
    package enum ForwardedFor: Sendable, Equatable {
        /// The client's address takes its place.
        case replaced
        /// The client's address comes behind what the client sent.
        case appended
        /// The client's own, if it sent one; else the client's address.
        case keptIfPresent
    }

    /// What becomes of a request's `Host`.
    package enum Host: Sendable, Equatable {
        /// It goes on as it came.
        case kept
        /// The node's address takes its place, as by nginx's default.
        case nodeAddress
    }
}

extension Behavior.Upgrade {
    /// A circuit breaker: after enough refusals (4xx, 5xx) in a row, every upgrade is answered 503 for a while.
    package struct Breaker: Sendable, Equatable {
        /// Refusals in a row, of whichever nodes, that trip it.
        package var refusals: Int
        /// How long it stays open.
        package var pause: Duration

        /// A breaker.
        package init(refusals: Int, pause: Duration) {
            self.refusals = refusals
            self.pause = pause
        }
    }
}
