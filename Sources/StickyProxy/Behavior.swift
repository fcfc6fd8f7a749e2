/// Every knob of the proxy. ``reference`` is a correct balancer; other values are what real ones do.
package struct Behavior: Sendable, Equatable {
    /// What the proxy understands of what passes through it.
    package var mode = Mode.http
    /// Which connections begin with the addresses of a client.
    package var proxyProtocol = ProxyProtocol()
    /// How requests to leave HTTP are recognised and answered.
    package var upgrade = Upgrade()
    /// How a client is kept on its node.
    package var affinity = Affinity()
    /// Which nodes get new clients, and what happens when there is none.
    package var distribution = Distribution()
    /// How a node is found to be down, and up again.
    package var health = Health()
    /// What is repeated after a failure.
    package var retry = Retry()
    /// Which header fields the proxy changes.
    package var headers = Headers()
    /// What else of a client's request the proxy changes.
    package var requests = Requests()
    /// How a node's answers come to the client.
    package var answers = Answers()
    /// What clients feel of changes of nodes and of the configuration.
    package var changes = Changes()
    /// By what rule nodes join and leave with the load, where somebody starts and ends them.
    package var scaling = ScalingRules()
    /// Sizes and timeouts.
    package var limits = Limits()

    /// The reference behavior.
    package init() {}

    /// A correct sticky balancer of the re-home family.
    package static let reference = Behavior()
}

extension Behavior {
    /// How requests to leave HTTP are recognised and answered (RFC 9110 §7.8, RFC 6455 §4).
    package struct Upgrade: Sendable, Equatable {
        /// Paths whose upgrades are forwarded; nil forwards all. On other paths `Upgrade` and `Connection` are stripped.
        package var paths: [Path]?
        /// How the `Connection` field is read.
        package var connection = ConnectionField.token
        /// What a client gets when the node answers an upgrade with another status than 101.
        package var refusal = Refusal.passed
        /// Which answer lets the connection leave HTTP.
        package var tunnel = Tunnel.switching
        /// Bytes that may arrive together with the 101; more are dropped. Nil: no limit.
        package var leftOverLimit: Int?
        /// When the proxy refuses upgrades by itself since nodes refused them; nil never does.
        package var breaker: Breaker?

        /// A rule that selects paths.
        package enum Path: Sendable, Equatable {
            /// The path begins with this text.
            case prefix(String)
            /// A SockJS session URL whose path begins with this text.
            case session(under: String)
        }
        /// How the `Connection` field is compared with `upgrade`.
        package enum ConnectionField: Sendable, Equatable {
            /// One element of the list, in any case (RFC 9110 §7.6.1).
            case token
            /// The field as a whole, in any case.
            case wholeValue
        }
        /// What a refused client gets.
        package enum Refusal: Sendable, Equatable {
            /// The node's answer.
            case passed
            /// A 502 without a body.
            case badGateway
        }
    }

    /// Which nodes get new clients, and what happens when there is none.
    package struct Distribution: Sendable, Equatable {
        /// Which of the nodes that may have one a new client gets. Weights of nodes are their shares.
        package var order = Order.roundRobin
        /// How many nodes, counted from the last, serve only while another one is down.
        package var backups = 0
        /// What a client gets while no node is up and none could be reached.
        package var noNode = NoNode.serviceUnavailable
        /// While no node is up, those that are down are tried all the same, and the answer must begin within this time.
        /// Nil tries none.
        package var lastResort: Duration? = .seconds(2)

        /// Which of the nodes that may have one a new client gets.
        package enum Order: String, Sendable, Equatable, CaseIterable {
            /// One after the other.
            case roundRobin = "round-robin"
            /// Any.
            case random
            /// The one with the fewest requests and tunnels.
            case leastConnections = "least-connections"
        }
        /// What a client gets while no node is up and none could be reached.
        package enum NoNode: Sendable, Equatable {
            /// A 503 with `Retry-After`.
            case serviceUnavailable
            /// The end of its connection.
            case closed
        }
    }

    /// How a node is found to be down, and up again.
    package struct Health: Sendable, Equatable {
        /// Probes; nil leaves only failed connects as a sign.
        package var probe: Probe? = Probe()
        /// Failed connects in a row that take a node down; those that overlap in time count as one.
        package var connectFall = 4
        /// Without probes, how long a node that failed connects took down gets nothing.
        package var failTimeout = Duration.seconds(2)
        /// When a node that was down serves again.
        package var readmission = Readmission.whenHealthy
        /// Which tunnels end when a node goes down.
        package var tunnelsOnDown = TunnelsOnDown.ofTheNode
        /// Which tunnels end when a node is back.
        package var tunnelsOnUp = TunnelsOnUp.none
        /// How long a node that refuses (4xx, 5xx) the upgrade of a SockJS session gets nothing; nil ignores it.
        package var refusedUpgradeEjection: Duration?
        /// How a node is treated whose upgrades clients give up; nil ignores it.
        package var abortedUpgradeEjection: AbortedUpgrade?

        /// Active checks, each on a connection of its own.
        package struct Probe: Sendable, Equatable {
            /// What makes a node healthy.
            package var check = Check.answer
            /// What a node is taken for to which no connection comes about in time.
            package var unreached = Unreached.failure
            /// The path asked for.
            package var path = "/health"
            /// From the start of one probe to the next.
            package var interval = Duration.milliseconds(250)
            /// For the whole probe.
            package var timeout = Duration.seconds(1)
            /// Failures in a row that take a node down.
            package var fall = 3
            /// Successes in a row that bring it back.
            package var rise = 2

            /// The reference's probe.
            package init() {}

            /// What makes a node healthy.
            package enum Check: Sendable, Equatable {
                /// A 2xx or 3xx.
                case answer
                /// Any status.
                case anyAnswer
                /// That it accepts the connection.
                case connect
            }

            /// What a node is taken for to which no connection comes about in time.
            package enum Unreached: Sendable, Equatable {
                /// One that failed the probe.
                case failure
                /// The same as before, as where checks are made by another host, or nodes report themselves.
                case asBefore
            }
        }
        /// When a node that was down serves again.
        package enum Readmission: Sendable, Equatable {
            /// As soon as it is healthy.
            case whenHealthy
            /// Only after every node has been down.
            case afterAllWereDown
        }
        /// Which tunnels end when a node goes down.
        package enum TunnelsOnDown: Sendable, Equatable {
            /// The node's, when a probe found it down.
            case ofTheNode
            /// Every tunnel of the proxy.
            case all
        }
        /// Which tunnels end when a node is back.
        package enum TunnelsOnUp: Sendable, Equatable {
            /// None.
            case none
            /// Every tunnel of the proxy, so that clients come back to all nodes, as with HAProxy's
            /// `on-marked-up shutdown-backup-sessions` those of backups.
            case all
        }
        /// A client that closes while its upgrade is unanswered, or soon after a 101 with no byte from the node.
        package struct AbortedUpgrade: Sendable, Equatable {
            /// How long after the 101 still counts.
            package var silence: Duration
            /// How long the node gets nothing.
            package var ejection: Duration

            /// A rule.
            package init(silence: Duration, ejection: Duration) {
                self.silence = silence
                self.ejection = ejection
            }
        }
    }

    /// What is repeated after a failure. A failed connect leads to the next node at once: nothing was sent.
    package struct Retry: Sendable, Equatable {
        /// How often a request goes through the nodes that are up while connects to all of them fail.
        package var rounds = 2
        /// The time between two such rounds.
        package var pause = Duration.milliseconds(200)
        /// How long after its first failed connect a request may look for another node; then it gets a 503.
        package var patience = Duration.seconds(10)
        /// Whether a GET or HEAD without body is sent once more when its connection closed before any answer.
        package var idempotent = true
        /// Bodies of POSTs up to this many bytes are kept and sent once more in that case; nil never repeats a POST.
        package var postBodyLimit: Int?
        /// Whose cookie the answer sets when another node gave it than the one that was chosen first.
        package var cookie = CookieAfterRetry.ofTheLast
    }

    /// Which header fields the proxy changes.
    package struct Headers: Sendable, Equatable {
        /// What replaces `Access-Control-Allow-Origin` of an answer; nil leaves it alone.
        package var allowOrigin: String?
        /// Fields added to every answer of a node, whether or not it has one of that name.
        package var added: [Field] = []
        /// What becomes of a request's `X-Forwarded-For`.
        package var forwardedFor = ForwardedFor.replaced
        /// What becomes of a request's `Host`.
        package var host = Host.kept
        /// What becomes of a request's fields of one hop.
        package var hopFields = HopFields.dropped
        /// What becomes of a request's fields whose names have an underscore.
        package var underscores = Underscores.passed
        /// What takes the place of scheme, host and port in `Location` of an answer, and comes before a path there; nil
        /// leaves it alone.
        package var locationOrigin: String?

        /// A header field.
        package struct Field: Sendable, Equatable {
            /// Its name.
            package var name: String
            /// Its value.
            package var value: String

            /// A field of this name and value.
            package init(_ name: String, _ value: String) {
                self.name = name
                self.value = value
            }
        }
    }
}
