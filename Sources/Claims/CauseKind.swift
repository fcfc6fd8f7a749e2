/// What can be wrong with a balancer, most fundamental first: what stands earlier brings what stands later with it.
///
/// The raw names are part of the report format, and keys of a manifest's `remedies`.
public enum CauseKind: String, CaseIterable, Codable, Sendable, Hashable {
    /// The balancer's process ended, or did not start.
    case process
    /// The balancer answered nothing.
    case reachability
    /// Something else than the nodes answered.
    case identity
    /// Requests are sent elsewhere by a redirect.
    case redirect
    /// Requests are refused for want of a permission.
    case refused
    /// The balancer ran out of file descriptors.
    case limitDescriptors = "limit-descriptors"
    /// The balancer takes too few connections or requests at a time.
    case limitConnections = "limit-connections"
    /// Answers come out of a cache.
    case caching
    /// A path of the app is not passed to the nodes.
    case path
    /// WebSocket upgrades are not passed on.
    case upgrade
    /// Nothing keeps a client on its node.
    case affinityNone = "affinity-none"
    /// Affinity holds on some paths and not on others.
    case affinityPath = "affinity-path"
    /// The affinity cookie does not come back.
    case affinityCookie = "affinity-cookie"
    /// A second cookie of the balancer's name hides the one that holds.
    case cookieDuplicates = "cookie-duplicates"
    /// A client whose first node could not be reached does not keep to the one that answered.
    case affinityRetry = "affinity-retry"
    /// Affinity goes by an address that many clients share.
    case affinityAddress = "affinity-address"
    /// A client is moved although its cookie came back, or what it asks at once is spread.
    case affinityLoad = "affinity-load"
    /// Bodies of requests are limited.
    case limitBody = "limit-body"
    /// Header fields of requests are limited.
    case limitRequestFields = "limit-request-fields"
    /// Header fields of answers are limited.
    case limitAnswerFields = "limit-answer-fields"
    /// The balancer takes a dead or hung node for a live one, or the other way round.
    case healthView = "health-view"
    /// Sessions of a dead node don't get to another one.
    case failover
    /// A node that returned is not used as before.
    case recovery
    /// A node that is drained loses its clients, or goes on getting new ones.
    case drain
    /// Clients feel that the configuration was read anew.
    case reload
    /// Clients feel that nodes came or left, or new nodes are left without.
    case scaling
    /// Instances of the balancer lead one client to different nodes.
    case instances
    /// Behind another layer of balancing a client loses its node.
    case layers
    /// Clients don't get over a restart of the balancer.
    case restart
    /// Clients whose WebSocket fails don't get to polling.
    case fallback
    /// A request that was executed is sent again.
    case replay
    /// Streams are held back.
    case buffering
    /// What is idle for a while is cut.
    case idle
    /// What passes is altered.
    case rewriting
    /// What a client gives up goes on at the node.
    case abort
    /// Sessions on healthy nodes suffer from a fault elsewhere.
    case bystander
    /// The nodes don't see the name that was asked for.
    case host
    /// The nodes don't learn the client's address.
    case clientAddress = "client-address"
    /// What reaches the nodes is not what the client asked the balancer for.
    case requestIntegrity = "request-integrity"
    /// A client chooses by a forged cookie where the balancer connects to.
    case cookieForgery = "cookie-forgery"
    /// Clients that take their time keep others out.
    case slowClients = "slow-clients"
    /// Pages of other sites have no affinity.
    case affinityCrossSite = "affinity-cross-site"
    /// Clients that keep no cookies don't keep their node.
    case affinityWithoutCookies = "affinity-without-cookies"
    /// The affinity cookie has other attributes than it should.
    case cookieAttributes = "cookie-attributes"
    /// Nodes are left without clients.
    case distribution
    /// What was found follows from none of these as far as one can see.
    case unexplained

    /// The feature whose directive is to be changed where nothing more telling is known.
    public var feature: Feature? {
        switch self {
        case .process, .reachability, .identity, .redirect, .refused, .unexplained: nil
        case .limitDescriptors, .affinityCrossSite: nil
        case .drain, .reload, .scaling, .instances, .layers, .restart: nil
        case .affinityWithoutCookies, .cookieAttributes, .cookieForgery, .slowClients: nil
        case .cookieDuplicates, .affinityRetry: nil
        case .limitConnections: .sharedAddresses
        case .limitBody: .requestBodies
        case .limitRequestFields: .requestFields
        case .limitAnswerFields: .answerFields
        case .caching, .rewriting: .answerTransparency
        case .path: .pathPrefix
        case .upgrade: .websocketUpgrade
        case .affinityNone, .affinityLoad, .affinityAddress: .pollingStickiness
        case .affinityPath, .affinityCookie: .clientAffinity
        case .healthView: .activeHealthCheck
        case .failover: .killFailover
        case .recovery: .recovery
        case .fallback: .fallback
        case .replay: .noReplay
        case .buffering: .responseStreaming
        case .idle: .idleTolerance
        case .abort: .abortPropagation
        case .bystander: .bystanderIsolation
        case .host: .hostNames
        case .clientAddress: .clientAddress
        case .requestIntegrity: .requestIntegrity
        case .distribution: .distribution
        }
    }
}

extension CauseKind {
    /// What to do where nothing more telling is known and no feature's directive speaks of it.
    public var advice: String? {
        switch self {
        case .drain: "let a node that drains keep its clients and its WebSockets, and get no new ones"
        case .reload: "reload in a way that keeps connections: not by a restart"
        case .scaling: "use a cookie or a consistent hash, and let nodes that are added serve at once"
        case .instances: "let a cookie name the node, or a hash choose it: instances share no memory"
        case .layers:
            "give each layer's cookie a name of its own, and let answers keep the cookies that nodes and other layers set"
        case .restart: "let a cookie name the node, or a hash choose it, and stop within seconds"
        case .affinityWithoutCookies:
            "let affinity go by the SockJS session in the URL too, if clients without cookies are to poll"
        case .cookieAttributes: "add HttpOnly and SameSite=Lax to the affinity cookie"
        case .cookieDuplicates:
            "give the affinity cookie a name of its own on the whole domain and Path=/, or read every cookie of its name"
        case .affinityRetry: "let the affinity cookie name the node that answers, also after a try in vain"
        case .cookieForgery:
            "let the affinity cookie name nodes of the pool only: by an opaque name, or encrypted, and not by address"
        case .slowClients:
            "let unfinished requests hold no worker, allow for more connections, and cut heads that take too long"
        default: nil
        }
    }
}

extension CauseKind: Comparable {
    /// Whether `left` is the more fundamental.
    public static func < (left: Self, right: Self) -> Bool {
        (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
}
