import Cluster
import Discovery
import Fleet
import History
import Logging
import NIOPosix
import StickyProxy
import Synchronization
import Wire

/// The balancer within an app, in this process: each node registers for as long as it lives, and clients go to the
/// balancer of the first one, which outlives its node.
struct ClusterFront: Front {
    /// Discovery's times are a tenth of the documented ones, so that nobody waits for a lease of 20 s.
    static let discoverySpeed = 10

    private let balancer: ClusterBalancer
    private let discovery: InMemoryDiscovery
    private let registrations: [ClusterRegistration]
    private let shortages = Shortages()

    /// Starts one by these rules, and waits until it knows every node.
    init(_ rules: ClusterRules, at place: FrontPlace) async throws(LabError) {
        var behavior = Behavior.cluster(rules)
        behavior.limits.scaleIdle(by: place.timeScale)
        let shortages = shortages
        let configuration = ProxyConfiguration(
            listen: Endpoint(host: place.host, port: 0), nodes: [], behavior: behavior, group: place.loops.proxy,
            logger: Logger(label: "stickler.cluster") { _ in SwiftLogNoOpLogHandler() },
            onShortage: { shortages.add($0) })
        let timing = DiscoveryTiming().scaled(by: 1 / Double(Self.discoverySpeed))
        let registry = InMemoryRegistry(on: place.loops.proxy.next())
        discovery = InMemoryDiscovery(registry, timing: timing)
        do {
            let endpoints = try place.nodes.map {
                ServiceEndpoint(service: rules.service, url: try EndpointURL("http://\($0.listen)"))
            }
            registrations = zip(endpoints, place.lives).map { endpoint, lives in
                ClusterRegistration(endpoint, while: lives) { InMemoryDiscovery(registry, timing: timing) }
            }
            balancer = try await ClusterBalancer.start(configuration, rules, own: endpoints[0], discovery: discovery)
            let count = endpoints.count
            guard await discovery.view(within: .seconds(5), where: { $0.endpoints.all.count == count }) != nil else {
                throw LabError.notStarted("its nodes did not register within 5 s")
            }
        } catch {
            throw .notStarted("the cluster could not be started: \(systemWords(error))")
        }
    }

    var target: VirtualClient.Target { VirtualClient.Target(endpoint: balancer.proxy.listen, paths: AppPaths()) }
    var version: String? { nil }
    var output: String? { nil }
    func takeEvents() -> [HistoryEvent] { shortages.take() }

    func stop() async {
        for registration in registrations { await registration.leave() }
        await discovery.leave()
        // What can't be stopped in order dies with the process; the verdicts are in by now.
        try? await balancer.shutdown()
    }
}
