extension Behavior {
    /// What the proxy changes of a client's request, apart from its header fields.
    package struct Requests: Sendable, Equatable {
        /// A path that is taken off the front of every target below it, as nginx's `proxy_pass http://app/;` does in
        /// `location /app/`; nil leaves targets as they are.
        package var strippedPrefix: String?
        /// What becomes of a request that has both `Content-Length` and `Transfer-Encoding` (RFC 9112 §6.1).
        package var lengths = Lengths.oneOnly

        /// What becomes of a request that has both `Content-Length` and `Transfer-Encoding`.
        package enum Lengths: Sendable, Equatable {
            /// It gets a 400, and its connection ends.
            case oneOnly
            /// It goes on with both, its body in the chunks in which it came.
            case bothPassed
        }
    }
}

extension Behavior.Retry {
    /// Whose cookie an answer sets that came after a retry.
    package enum CookieAfterRetry: Sendable, Equatable {
        /// That of the node that gave it.
        case ofTheLast
        /// That of the node that was chosen first and could not be reached.
        case ofTheFirst
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

    /// What becomes of the fields of a request that are for its first hop alone (RFC 9110 §7.6.1).
    package enum HopFields: Sendable, Equatable {
        /// They do not go on, nor do those that `Connection` names.
        case dropped
        /// Only `Connection` itself, `Upgrade` and `Transfer-Encoding` do not go on.
        case passed
    }

    /// What becomes of fields of a request whose names have an underscore.
    package enum Underscores: Sendable, Equatable {
        /// They go on.
        case passed
        /// They do not go on, as with nginx's `underscores_in_headers off`.
        case dropped
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
    /// Which answer to an upgrade lets its connection leave HTTP.
    package enum Tunnel: Sendable, Equatable {
        /// A 101.
        case switching
        /// Any answer, as where a proxy joins the two connections as soon as it has passed an upgrade on.
        case anyAnswer
    }

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
