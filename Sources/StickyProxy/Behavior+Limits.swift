extension Behavior {
    /// Sizes and timeouts.
    package struct Limits: Sendable, Equatable {
        /// Bytes of the head of a request, 64 KiB at most; a longer one gets a 431.
        package var headBytes = 64 * 1024
        /// Bytes of all header fields of an answer; instead of a longer one the client gets a 502.
        package var answerHeadBytes = 64 * 1024
        /// Bytes of a request's body by its `Content-Length`; a longer one gets a 413. Nil: no limit.
        package var bodyBytes: Int?
        /// Client connections of one address; the requests of further ones get a 503, and in ``Behavior/Mode/tcp`` they are
        /// closed. Nil: no limit.
        package var connectionsPerAddress: Int?
        /// Client connections in all; the requests of further ones get a 503, and in ``Behavior/Mode/tcp`` they are closed.
        /// Nil: no limit.
        package var connections: Int?
        /// Header fields of a request; one with more gets a 431.
        package var headFields = 256
        /// Bytes of a request that may wait for its node, pipelined requests included.
        package var pendingBytes = 64 * 1024
        /// Parts of requests, which are heads, ends and pieces of bodies, that one connection may have handled before others
        /// have their turn.
        package var partsPerTurn = 32
        /// For the TCP connect to a node; then the next one is tried. A SYN that a full backlog
        /// drops is sent again after 1 s and after 3 s.
        package var connectTimeout = Duration.seconds(4)
        /// How long a client may keep a connection without a byte of a request.
        package var clientIdle = Duration.seconds(75)
        /// How long a client may take to send a head, from its first byte to its last; then it gets a 408. Also how long a
        /// connection may take to bring the PROXY protocol header that is expected; then it is closed.
        package var headTime = Duration.seconds(10)
        /// How long a client may take for ``bodyProgress`` bytes of a body that the node waits for; then it gets a 408.
        package var bodyTime = Duration.seconds(20)
        /// Bytes of a body that must come within each ``bodyTime``, unless the body ends.
        package var bodyProgress = 1024
        /// How long a request may go without a byte either way.
        package var exchangeIdle = Duration.seconds(3600)
        /// How long a tunnel may go without a byte either way.
        package var tunnelIdle = Duration.seconds(3600)
        /// How long each side of a tunnel may go without a byte from it, as with HAProxy's `timeout client` and
        /// `timeout server`; nil leaves it to ``tunnelIdle``.
        package var tunnelSideIdle: SideIdle?
        /// How long a tunnel may live, whatever passes through it; nil: no limit.
        package var tunnelLifetime: Duration?
        /// Tunnels per node, those being opened included; further upgrades wait in the ``queue``, or get a 503, and in
        /// ``Behavior/Mode/tcp`` further connections are closed. Nil: no limit.
        package var tunnelsPerNode: Int?
        /// Requests under way per node but for upgrades; further ones wait in the ``queue``, or get a 503. Nil: no limit.
        package var requestsPerNode: Int?
        /// Who waits where a node has as much as it may; nil lets nobody wait.
        package var queue: Queue?
        /// How soon an answer must begin; nil leaves it to ``exchangeIdle``.
        package var firstByte: FirstByte?
        /// How long an unused connection to a node is kept.
        package var pooledIdle = Duration.seconds(10)
        /// How old an unused connection may be to carry what can't be repeated.
        package var pooledIdleForUnsafe = Duration.seconds(1)
        /// Unused connections kept per node and event loop.
        package var pooledPerNode = 64
        /// For what was received to reach the other side of a tunnel that ended.
        package var drain = Duration.seconds(30)
        /// For a client to close after the proxy has; then the connection is dropped.
        package var lingering = Duration.seconds(2)

        /// How long each side of a tunnel may go without a byte from it.
        package struct SideIdle: Sendable, Equatable {
            /// The client's.
            package var client: Duration
            /// The node's.
            package var node: Duration

            /// Limits for the two sides.
            package init(client: Duration, node: Duration) {
                self.client = client
                self.node = node
            }
        }
        /// Who waits where a node has as much as it may.
        package struct Queue: Sendable, Equatable {
            /// How many requests, and how many upgrades, may wait for each node; further ones get a 503.
            package var requestsPerNode: Int
            /// How long each may wait; then it gets a 503.
            package var patience: Duration

            /// A queue.
            package init(requestsPerNode: Int, patience: Duration) {
                self.requestsPerNode = requestsPerNode
                self.patience = patience
            }
        }
        /// How soon an answer must begin.
        package struct FirstByte: Sendable, Equatable {
            /// After the head of the request was sent to the node.
            package var limit: Duration
            /// What the client gets else.
            package var status: Int
            /// Whether another node gets the request before that, as far as it is at hand: a GET or HEAD, and a POST up to
            /// ``Behavior/Retry/postBodyLimit``.
            package var then = Then.answered

            /// A limit.
            package init(limit: Duration, status: Int = 504, then: Then = .answered) {
                self.limit = limit
                self.status = status
                self.then = then
            }

            /// What becomes of a request whose answer did not begin in time.
            package enum Then: Sendable, Equatable {
                /// It is answered by the proxy.
                case answered
                /// It goes to another node once, while the first one may still execute it, as with nginx's
                /// `proxy_next_upstream timeout non_idempotent`.
                case sentToNextNode
            }
        }
    }
}

extension Behavior.Limits {
    /// Multiplies the times after which requests and tunnels without a byte, requests without an answer, and tunnels at all,
    /// end.
    package mutating func scaleIdle(by factor: Double) {
        exchangeIdle = exchangeIdle * factor
        tunnelIdle = tunnelIdle * factor
        tunnelLifetime = tunnelLifetime.map { $0 * factor }
        tunnelSideIdle = tunnelSideIdle.map { SideIdle(client: $0.client * factor, node: $0.node * factor) }
        firstByte = firstByte.map { FirstByte(limit: $0.limit * factor, status: $0.status, then: $0.then) }
    }
}
