import Clocks
package import Fleet
package import History
package import NIOCore
import NIOPosix
import ReferenceNode
package import StickyProxy
import Synchronization
package import Wire

/// Nodes and the balancer in front of them, up and answering: what a bench stands on.
package final class BenchSite: Sendable {
    /// How many nodes a site of ours has.
    package static let nodeCount = 3

    /// Factor on idle limits and on the heartbeats of the service `/idle`.
    package let timeScale: Double
    let loops: BenchLoops

    private let cast: SiteNodes
    private let balancer: any Front
    /// Where more nodes of ours may listen; nil where the nodes are not ours.
    private let addresses: LabAddresses?
    /// Nodes that were started later.
    private let spares = Mutex(Spares())

    private struct Spares {
        /// Those that were not ended, by their ids.
        var running: [String: NodeServer] = [:]
        /// How many were started: no id comes twice, or a cookie of one that left would lead to another.
        var started = 0
    }
    /// Most nodes that are started later: each has an address of its own.
    private static let spareLimit = 200

    private init(
        _ balancer: any Front, _ nodes: SiteNodes, on addresses: LabAddresses? = nil, timeScale: Double,
        loops: BenchLoops
    ) {
        self.balancer = balancer
        self.cast = nodes
        self.addresses = addresses
        self.timeScale = timeScale
        self.loops = loops
    }

    /// Where virtual clients go.
    package var front: VirtualClient.Target { balancer.target }
    /// The nodes, in order.
    package var nodes: [NodeRemote] { cast.remotes }
    /// Version of the balancer in its own words, if it was asked.
    package var balancerVersion: String? { balancer.version }

    /// Starts what `target` asks for and waits until one of the nodes answers through the front.
    ///
    /// - Parameter timeScale: factor on the idle limits of the target and on the heartbeats they must survive; the
    ///   target's own without one. A case that waits for neither is to have true time: its limits are not shortened.
    /// - Parameter apps: the apps behind the nodes that are started, one for each; what already runs has its own.
    package static func start(
        _ target: BenchTarget, loops: BenchLoops, timeScale: Double? = nil, apps: [Endpoint] = []
    ) async throws(LabError) -> BenchSite {
        let timeScale = timeScale ?? target.timeScale
        let site =
            switch target {
            case .running(let front, let host, let pathPrefix, let controls, let token, let access):
                try await behind(
                    RunningFront(
                        target: try await access.reached(at: front, host: host, pathPrefix: pathPrefix)),
                    controls, token, timeScale: timeScale, loops: loops)
            case .reference(let behavior, let defects, let instances, let webSockets):
                try await started(timeScale: timeScale, apps: apps, loops: loops) { place async throws(LabError) in
                    try await ReferenceFront(
                        behavior, defects: defects, instances: instances, webSockets: webSockets, at: place)
                }
            case .cluster(let rules):
                try await started(timeScale: timeScale, apps: apps, loops: loops) { place async throws(LabError) in
                    try await ClusterFront(rules, at: place)
                }
            case .balancer(let manifest, let setup, let access):
                try await started(timeScale: timeScale, apps: apps, loops: loops) { place async throws(LabError) in
                    try await ManifestFront(manifest, setup, access, at: place)
                }
            }
        do throws(LabError) {
            try await site.waitUntilServing()
        } catch {
            await site.shutdown()
            throw error
        }
        return site
    }

    private static func behind(
        _ front: RunningFront, _ controls: [Endpoint], _ token: ControlToken?, timeScale: Double, loops: BenchLoops
    ) async throws(LabError) -> BenchSite {
        let nodes = try await SiteNodes(
            leasedAt: controls, token: token, behind: front.target.endpoint, loops: loops)
        return BenchSite(front, nodes, timeScale: timeScale, loops: loops)
    }

    /// Nodes of our own, and before them what `front` starts.
    private static func started(
        timeScale: Double, apps: [Endpoint], loops: BenchLoops,
        _ front: (FrontPlace) async throws(LabError) -> any Front
    ) async throws(LabError) -> BenchSite {
        let addresses = LabAddresses()
        let nodes = try await SiteNodes(
            starting: nodeCount, on: addresses, timeScale: timeScale, apps: apps, loops: loops)
        let place = FrontPlace(
            nodes: nodes.remotes, lives: nodes.lives(), host: addresses.front, timeScale: timeScale, loops: loops)
        do throws(LabError) {
            return BenchSite(try await front(place), nodes, on: addresses, timeScale: timeScale, loops: loops)
        } catch {
            await nodes.end()
            throw error
        }
    }

    /// Asks through the front until one of our nodes answers, by its boot.
    private func waitUntilServing() async throws(LabError) {
        var boots: Set<String> = []
        for node in nodes { boots.insert(try await node.status().bootID) }
        let probe = probe(0)
        let deadline = MonotonicClock.now + .seconds(8)
        var last: LabError
        repeat {
            let outcome = await probe.request("GET", "/whoami", RequestPlan(label: .probe, limit: .seconds(3)))
            let own = hasOwnNodes ? FrontProblem.OwnBalancer(output: balancer.output ?? "") : nil
            guard
                var problem = FrontProblem(
                    outcome, url: "http://\(front.host)\(front.pathPrefix)", nodes: nodes, boots: boots,
                    ownBalancer: own)
            else { return }
            if problem.mayBeEncrypted, await TLSProbe.isAnswered(at: front.endpoint, on: loops.clients.next()) {
                problem.kind = .encrypted
            }
            last = .front(problem)
            if problem.lasts { throw last }
            do {
                try await probe.pause(.milliseconds(100))
            } catch {
                throw .notStarted(systemWords(error))
            }
        } while MonotonicClock.now < deadline && !Task.isCancelled
        throw last
    }

    /// The nodes that `count` new clients reach, all at once.
    package func nodesReached(byClients count: Int) async -> Set<String> {
        await withTaskGroup(of: String?.self) { group in
            for number in 0..<count {
                group.addTask { [probe = probe(number)] in
                    await probe.request("GET", "/whoami", RequestPlan(label: .probe, limit: .seconds(3))).nodeID
                }
            }
            return await group.reduce(into: []) { reached, node in reached.formUnion(node.map { [$0] } ?? []) }
        }
    }

    /// Waits until new clients reach all of these nodes again: a balancer takes its time to believe in one that returned,
    /// and the next case must not pay for it. Gives up after `limit`.
    package func settle(on nodes: Set<String>, within limit: Duration) async {
        let deadline = MonotonicClock.now + limit
        while MonotonicClock.now < deadline, !Task.isCancelled {
            if nodes.isSubset(of: await nodesReached(byClients: Self.probeCount)) { return }
            // The pace of the question; there is no event to wait for.
            guard (try? await probe(0).pause(.milliseconds(250))) != nil else { return }
        }
    }

    /// So many probes miss one node of five by chance in less than 1 of 1 000 rounds.
    package static let probeCount = 32

    func probe(_ number: Int) -> VirtualClient {
        VirtualClient(
            name: "probe\(number)", target: front,
            source: clientSource(number, of: CaseSeed("probe", seed: 0), to: front.endpoint),
            seed: 0,
            loop: loops.clients.next(), recorder: HistoryRecorder())
    }

    /// Whether nodes and balancer live and die with this site; else they already ran.
    package var hasOwnNodes: Bool { cast.areOwn }

    /// Whether the site goes by a name that the user gave it, and not by the address of its balancer.
    var isNamed: Bool { front.host != front.endpoint.description }

    /// Loops of ours with a name each: clients, proxy, and the nodes in this process under their ids.
    package var namedLoops: [(name: String, loop: any EventLoop)] { loops.named + cast.namedLoops }

    /// Source address of a client; nil where it goes to an address that is not on the loopback network.
    func clientSource(_ number: Int, of clients: CaseSeed, to target: Endpoint) -> String? {
        target.host.hasPrefix("127.") ? clients.source(number) : nil
    }

    /// The balancer's own words on standard error, if it is one we started.
    package var balancerOutput: String? { balancer.output }

    /// What the balancer wrote since the last call and how it ended, as events, if it is one we started.
    package func takeBalancerEvents() -> [HistoryEvent] { balancer.takeEvents() }

    /// Does this to the balancer; returns when it is in force.
    package func perform(_ operation: BalancerOperation) async throws(LabError) {
        try await balancer.perform(operation)
    }

    /// Starts another instance of the balancer with the same configuration; tells where that one's clients go.
    package func startTwin() async throws(LabError) -> VirtualClient.Target { try await balancer.startTwin() }

    /// Starts another balancer whose nodes are two instances of this one; tells where that one's clients go.
    package func startLayer() async throws(LabError) -> VirtualClient.Target { try await balancer.startLayer() }

    /// Whether further nodes can be started here.
    package var ownsNodes: Bool { addresses != nil }

    /// Starts one more node, of which the balancer does not know yet; with its loop, for watching its lag.
    package func startSpare() async throws(LabError) -> (node: NodeRemote, loop: any EventLoop) {
        guard let addresses else {
            throw .notStarted("no further node can be started here: the nodes of the site are not this run's")
        }
        let number = spares.withLock { spares in
            spares.started += 1
            return spares.started
        }
        guard number <= Self.spareLimit else {
            throw .notStarted(
                "no further node can be started here: \(Self.spareLimit) were, and addresses are used once")
        }
        let (server, remote) = try await SiteNodes.spare(
            Self.nodeCount + number, on: addresses, timeScale: timeScale, loops: loops)
        spares.withLock { $0.running[remote.nodeID] = server }
        return (remote, server.dataLoop)
    }

    /// Ends a node that was started later, of which the balancer knows no more.
    package func endSpare(_ node: NodeRemote) async {
        let server = spares.withLock { $0.running.removeValue(forKey: node.nodeID) }
        // What can't be stopped in order dies with the process.
        try? await server?.shutdown()
    }

    /// By what rule nodes join and leave with the load, in times as much shorter than documented; nil where the balancer
    /// does not count what they have, or the nodes are not ours.
    package func scaling(speed: Int) -> ScalingRules? {
        addresses == nil ? nil : balancer.scaling?.scaled(by: 1 / Double(max(1, speed)))
    }

    /// What the balancer counts of each node.
    package func traffic() async throws(LabError) -> [NodeTraffic] { try await balancer.traffic() }

    /// Stops all that was started here.
    package func shutdown() async {
        await balancer.stop()
        for spare in spares.withLock({ $0.running.values.map(\.self) }) { try? await spare.shutdown() }
        await cast.end()
    }
}
