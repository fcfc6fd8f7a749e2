/// Something a balancer can do and its manifest can claim: a row of the table that every manifest answers line by line.
public enum Feature: String, CaseIterable, Codable, Sendable, Hashable {
    /// WebSocket upgrades and tunnels pass.
    case websocketUpgrade = "websocket-upgrade"
    /// Every request of a SockJS polling session reaches the node that opened it.
    case pollingStickiness = "polling-stickiness"
    /// Sessions of a killed node go on elsewhere.
    case killFailover = "kill-failover"
    /// Clients whose WebSocket is refused or silent live on polling.
    case fallback
    /// Affinity holds for a client over all its paths, not only within one session URL.
    case clientAffinity = "client-affinity"
    /// A node that accepts but does not answer is taken out.
    case activeHealthCheck = "active-health-check"
    /// A node that returns gets traffic again.
    case recovery
    /// New sessions are spread over all nodes.
    case distribution
    /// A request that may have been executed is not sent a second time.
    case noReplay = "no-replay"
    /// Sessions on healthy nodes do not notice a fault elsewhere.
    case bystanderIsolation = "bystander-isolation"
    /// An affinity cookie the balancer does not know is replaced, not refused.
    case unknownCookie = "unknown-cookie"
    /// Each piece of a streamed answer is delivered at once.
    case responseStreaming = "response-streaming"
    /// A client that gives a request up is noticed by the node.
    case abortPropagation = "abort-propagation"
    /// Requests and tunnels live from one heartbeat to the next.
    case idleTolerance = "idle-tolerance"
    /// Status, header fields and body of a node's answer arrive as they were sent, and from the node.
    case answerTransparency = "answer-transparency"
    /// A node can learn the address of the client, and a client can't make it believe another one.
    case clientAddress = "client-address"
    /// An app below a path of its own works, and its nodes see the path as it was sent.
    case pathPrefix = "path-prefix"
    /// The app is served under any of its names, and its nodes see the one that was asked for.
    case hostNames = "host-names"
    /// A body as large as messages of apps are goes through.
    case requestBodies = "request-bodies"
    /// A request with as many bytes of cookies as browsers bring goes through.
    case requestFields = "request-fields"
    /// An answer with some KiB of header fields goes through.
    case answerFields = "answer-fields"
    /// As many clients as an office has behind one address are served at the same time.
    case sharedAddresses = "shared-addresses"
    /// Requests reach the nodes as their clients meant them: what can be read in two ways, or is for the balancer
    /// alone, does not.
    case requestIntegrity = "request-integrity"
}

extension Feature {
    /// What holds for a feature whoever the balancer is.
    private struct Row {
        /// Whether no manifest can leave it out.
        var isCore = false
        /// Whether affinity that keeps together a session alone can't give it.
        var needsMoreThanSession = false
        /// What to do about a balancer of which there is no manifest.
        var advice: String
    }

    private var row: Row {
        switch self {
        case .websocketUpgrade:
            Row(isCore: true, advice: "let the balancer pass Upgrade and Connection and keep the tunnel open")
        case .pollingStickiness:
            Row(
                isCore: true,
                advice: "switch on session affinity by a cookie, or by the SockJS session in the URL")
        case .killFailover:
            Row(isCore: true, advice: "let requests of a dead node go to another one, and set the affinity cookie anew")
        case .fallback:
            Row(isCore: true, advice: "let affinity hold for the polling URLs of the SockJS endpoint too")
        case .clientAffinity:
            Row(needsMoreThanSession: true, advice: "set the affinity cookie on every first response, a 101 included")
        case .activeHealthCheck: Row(advice: "switch on active health checks of /health")
        case .recovery: Row(advice: "let a node that answers its health check again have new sessions")
        case .distribution: Row(advice: "spread new sessions over all nodes")
        case .noReplay: Row(advice: "don't retry a POST that a node may have executed")
        case .bystanderIsolation: Row(advice: "use an affinity that does not move sessions of healthy nodes")
        case .unknownCookie: Row(advice: "replace an affinity cookie that is not known")
        case .responseStreaming:
            Row(advice: "switch off response buffering and on-the-fly compression on the SockJS path")
        case .abortPropagation: Row(advice: "close the connection to the node when the client closes its own")
        case .idleTolerance:
            Row(
                advice: "let the idle and response timeouts be longer than the heartbeat, 25 s for SockJS and 45 s for "
                    + "Meteor")
        case .answerTransparency:
            Row(advice: "don't cache, rewrite or add header fields to answers on the SockJS path")
        case .clientAddress:
            Row(
                advice: "let the last entry of X-Forwarded-For be the client's address, on upgrades too; where more "
                    + "proxies stand in front, let the last one keep what the first one wrote")
        case .pathPrefix:
            Row(
                advice:
                    "pass the path on as it came, and take the SockJS session from the end of the path, not from its "
                    + "beginning")
        case .hostNames: Row(advice: "pass Host on as it came")
        case .requestBodies: Row(advice: "let bodies of requests have 1 MiB and more")
        case .requestFields: Row(advice: "let the header fields of a request have 8 KiB and more")
        case .answerFields: Row(advice: "let the header fields of an answer have 4 KiB and more")
        case .requestIntegrity:
            Row(
                advice:
                    "let the balancer refuse requests that can be read in two ways, and let it go on reading requests "
                    + "where a node refused an upgrade; update it if it has no directive for that")
        case .sharedAddresses:
            Row(
                advice:
                    "don't limit connections or requests of one client address to less than an office needs, and let "
                    + "the balancer have two connections for each client at once")
        }
    }

    /// Core features can't be unclaimed.
    public var isCore: Bool { row.isCore }

    /// What to do about a balancer of which there is no manifest.
    public var advice: String { row.advice }

    /// Whether affinity of this scope can give it.
    public func isGiven(by scope: AffinityScope) -> Bool { !(row.needsMoreThanSession && scope == .session) }
}
