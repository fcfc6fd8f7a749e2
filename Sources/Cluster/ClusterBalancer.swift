package import Discovery
package import StickyProxy
package import Wire

/// The balancer of one node of a cluster: a proxy whose nodes are the endpoints that discovery tells of.
package final class ClusterBalancer: Sendable {
    /// The proxy.
    package let proxy: ProxyServer
    private let following: Task<Void, Never>

    private init(_ proxy: ProxyServer, following: Task<Void, Never>) {
        self.proxy = proxy
        self.following = following
    }

    /// Starts one; it accepts when this returns.
    ///
    /// - Parameters:
    ///   - configuration: where it listens and how it behaves; its nodes and its router are this balancer's.
    ///   - own: the endpoint of its node, which it knows also while discovery does not.
    ///   - ownAddress: where this balancer reaches that one; nil for its URL.
    ///   - discovery: which endpoints live.
    package static func start(
        _ configuration: ProxyConfiguration, _ rules: ClusterRules, own: ServiceEndpoint,
        ownAddress: Endpoint? = nil, discovery: any EndpointDiscovery
    ) async throws -> ClusterBalancer {
        let router = ClusterRouter(ClusterRouting(rules, own: own.url.hash))
        var configuration = configuration
        configuration.router = router
        configuration.nodes = [ProxyNode(id: own.url.hash, endpoint: ownAddress ?? own.url.address)]
        let proxy = try await ProxyServer.start(configuration)
        let roster = ClusterRoster(proxy, router, own: own.url.hash)
        let views = discovery.views()
        let following = Task {
            for await view in views { await roster.follow(view.endpoints) }
        }
        return ClusterBalancer(proxy, following: following)
    }

    /// Stops it at once.
    package func shutdown() async throws {
        following.cancel()
        try await proxy.shutdown()
    }

    /// Stops it in order, as a proxy does.
    package func leave(within limit: Duration) async throws {
        following.cancel()
        try await proxy.leave(within: limit)
    }
}

/// Keeps the nodes of a proxy to the endpoints that live.
private actor ClusterRoster {
    private let proxy: ProxyServer
    private let router: ClusterRouter
    /// The proxy's nodes by their names.
    private var known: Set<String>
    private let own: String

    init(_ proxy: ProxyServer, _ router: ClusterRouter, own: String) {
        self.proxy = proxy
        self.router = router
        self.own = own
        known = [own]
    }

    /// These live: they become nodes before anything goes to them.
    func follow(_ endpoints: EndpointSet) async {
        for endpoint in endpoints.all where endpoint.isReachable && !known.contains(endpoint.url.hash) {
            do {
                try await proxy.add(ProxyNode(of: endpoint))
                known.insert(endpoint.url.hash)
            } catch {
                // It is there already, and that is all that was asked for.
            }
        }
        router.follow(endpoints)
        await forget(but: Set(endpoints.all.map(\.url.hash)))
    }

    /// Lets those go that live no more, once nothing goes through the proxy to them: a socket whose node still answers is
    /// not to end since its lease has.
    private func forget(but living: Set<String>) async {
        let gone = known.subtracting(living).subtracting([own])
        guard !gone.isEmpty, let nodes = try? await proxy.nodes() else { return }
        for node in nodes where gone.contains(node.id) && node.load.isEmpty {
            guard (try? await proxy.remove(node.id)) != nil else { continue }
            known.remove(node.id)
        }
    }
}

extension ProxyNode {
    /// An endpoint as a node, by its hash.
    fileprivate init(of endpoint: ServiceEndpoint) {
        self.init(id: endpoint.url.hash, endpoint: endpoint.url.address)
    }
}

extension ServiceEndpoint {
    /// Whether this balancer can reach it: without TLS, and at the root.
    package var isReachable: Bool { !url.isSecure && url.path.isEmpty }
}
