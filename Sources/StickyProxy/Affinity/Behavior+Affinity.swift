extension Behavior {
    /// How a client is kept on its node.
    package struct Affinity: Sendable, Equatable {
        /// What keeps it there.
        package var rule = Rule.cookie(Cookie())
        /// SockJS session URLs remembered beside the rule; the least recently used is forgotten. 0 remembers none, and the
        /// rules ``Rule/none`` and ``Rule/table(of:capacity:)`` of a cookie don't use them.
        package var sessionCapacity = 100_000
        /// What a key of nobody's leads to.
        package var unknownKey = UnknownKey.replaced
        /// Which key counts of a client that shows several.
        package var severalKeys = SeveralKeys.anyKnown
        /// What the key of a node that is down leads to.
        package var deadNode = DeadNode.rehomed
        /// Whether a client that was moved off a dead node is moved off another one.
        package var secondMove = SecondMove.allowed
        /// Clients remembered as moved off a dead node, should they come with the old cookie.
        package var rehomedCapacity = 100_000
        /// How long a decision holds.
        package var scope = Scope.request

        /// The reference's affinity.
        package init() {}

        /// What keeps a client on its node.
        package enum Rule: Sendable, Equatable {
            /// A cookie of the proxy's, which names the node.
            case cookie(Cookie)
            /// A table with this many places, from keys to nodes. It learns a key of the client's with the first answer to
            /// it, and until then each request goes its own way, as with HAProxy's `stick on`; a cookie of the proxy's it
            /// knows as soon as it has set it, and session URLs share its places.
            case table(of: Key, capacity: Int)
            /// A hash of a key, from the first request on, as with HAProxy's `balance source` and nginx's `hash`.
            case hash(of: Key, Hash = .rendezvous)
            /// A cookie that the application sets: a table with this many places remembers which node gave which value.
            case learned(cookie: String, capacity: Int)
            /// A header field of this name, in which clients name their node.
            case header(String)
            /// Nothing does.
            case none
        }
        /// What of a request a table or a hash goes by.
        package enum Key: Sendable, Equatable {
            /// A cookie of the proxy's with a random value.
            case cookie(Cookie)
            /// The value of a cookie that somebody else sets.
            case cookieNamed(String)
            /// The value of a header field.
            case header(String)
            /// The session of a SockJS session URL.
            case session
            /// The server segment of a SockJS session URL.
            case serverSegment
            /// The client's address.
            case address
        }
        /// How a hash divides keys among nodes. Weights of nodes are their shares.
        package enum Hash: Sendable, Equatable {
            /// The node whose name goes best with the key (highest random weight): when one goes, only its own keys move.
            case rendezvous
            /// The next of the nodes' places on a ring (consistent hashing), of which a node of weight 1 has so many.
            case ring(places: Int)
            /// The number of the key modulo that of the nodes, whatever their weights, as with nginx's `hash` without
            /// `consistent`: when a node comes or goes, most keys move.
            case modulo
        }
        /// What a key of nobody's leads to.
        package enum UnknownKey: Sendable, Equatable {
            /// A node as for a new client, and its cookie.
            case replaced
            /// A 503.
            case refused
            /// The address that it is: a forged one leads wherever its client likes.
            case believed
        }
        /// Which key counts of a client that shows several, as one does that holds cookies of one name for two paths.
        package enum SeveralKeys: Sendable, Equatable {
            /// The first one that is somebody's.
            case anyKnown
            /// The first one, whosever it is.
            case first
        }
        /// What the key of a node that is down leads to.
        package enum DeadNode: Sendable, Equatable {
            /// Another node and its cookie.
            case rehomed
            /// Another node without its cookie, until the node is back.
            case lent
            /// A 503 until the node is back.
            case refused
            /// A 503, even when the node has left, as with Envoy's strict mode.
            case refusedForGood
            /// A 503 for so long after the first client came for the node in vain, then another node and its cookie.
            case rehomedLate(Duration)
        }
        /// Whether a client that was moved is moved again.
        package enum SecondMove: Sendable, Equatable {
            /// As often as its node dies.
            case allowed
            /// No: it gets a 503 until the node is back.
            case refused
        }
        /// How long a decision holds.
        package enum Scope: Sendable, Equatable {
            /// Each request is routed by itself.
            case request
            /// The first request of a client connection decides for the others while that node is up.
            case connection
        }
    }
}

extension Behavior.Affinity {
    /// The cookie that the proxy sets; nil where its rule sets none, and then a new one changes nothing.
    package var cookie: Cookie? {
        get {
            switch rule {
            case .cookie(let cookie), .table(of: .cookie(let cookie), _), .hash(of: .cookie(let cookie), _): cookie
            case .table, .hash, .learned, .header, .none: nil
            }
        }
        set {
            guard let newValue else { return }
            switch rule {
            case .cookie: rule = .cookie(newValue)
            case .table(of: .cookie, let capacity): rule = .table(of: .cookie(newValue), capacity: capacity)
            case .hash(of: .cookie, let hash): rule = .hash(of: .cookie(newValue), hash)
            case .table, .hash, .learned, .header, .none: break
            }
        }
    }
}
