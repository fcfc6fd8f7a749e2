/// Something a balancer can do and its manifest can claim.
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

    /// Core features can't be unclaimed.
    public var isCore: Bool {
        switch self {
        case .websocketUpgrade, .pollingStickiness, .killFailover, .fallback: true
        case .clientAffinity, .activeHealthCheck, .recovery, .distribution, .noReplay, .bystanderIsolation,
            .unknownCookie, .responseStreaming, .abortPropagation, .idleTolerance, .answerTransparency,
            .clientAddress, .pathPrefix, .hostNames, .requestBodies, .requestFields, .answerFields, .sharedAddresses:
            false
        }
    }
}
