import Balancers
import Fleet
import Foundation
import History
import Logging
import NIOCore
import NIOPosix
import ReferenceNode
import StickyProxy
import Wire

/// Nodes and the balancer in front of them, up and answering: what a bench stands on.
public final class BenchSite: Sendable {
    /// How many nodes a site of ours has.
    public static let nodeCount = 3

    /// Where virtual clients go.
    public let front: VirtualClient.Target
    /// The nodes, in order.
    public let nodes: [NodeRemote]
    /// Version of the balancer in its own words, if it was asked.
    public let balancerVersion: String?
    /// Factor on idle limits and on the heartbeats of the service `/idle`.
    public let timeScale: Double
    /// What the balancer's manifest says of how it deals with faults, if it has one.
    let addresses: LabAddresses
    let loops: BenchLoops

    private let ownNodes: [NodeServer]
    /// Of nodes that are not ours; nobody else knows of those that are.
    private let leases: NodeLeases?
    private let proxy: ProxyServer?
    private let balancer: RunningBalancer?
    private let workDirectory: URL?

    private init(
        front: VirtualClient.Target, nodes: [NodeRemote], timeScale: Double, addresses: LabAddresses,
        loops: BenchLoops, ownNodes: [NodeServer] = [], proxy: ProxyServer? = nil, balancer: RunningBalancer? = nil,
        workDirectory: URL? = nil, leases: NodeLeases? = nil
    ) {
        self.front = front
        self.nodes = nodes
        self.balancerVersion = balancer?.version
        self.timeScale = timeScale
        self.addresses = addresses
        self.loops = loops
        self.ownNodes = ownNodes
        self.proxy = proxy
        self.balancer = balancer
        self.workDirectory = workDirectory
        self.leases = leases
    }

    /// Starts what `target` asks for and waits until one of the nodes answers through the front.
    ///
    /// - Parameter timeScale: factor on the idle limits of the target and on the heartbeats they must survive; the
    ///   target's own without one. A case that waits for neither is to have true time: its limits are not shortened.
    public static func start(
        _ target: BenchTarget, loops: BenchLoops, timeScale: Double? = nil
    ) async throws(LabError) -> BenchSite {
        let timeScale = timeScale ?? target.timeScale
        let addresses = LabAddresses()
        let site: BenchSite
        switch target {
        case .running(let front, let host, let pathPrefix, let controls, let token, let access):
            let front = try await resolve(front)
            var nodes: [NodeRemote] = []
            for control in controls {
                nodes.append(try await .attach(try await resolve(control), token: token, on: loops.clients.next()))
            }
            guard Set(nodes.map(\.nodeID)).count == nodes.count else {
                throw .nodesUnfit("two nodes bear the same id: \(nodes.map(\.nodeID)); start each with its own --id")
            }
            let leases = try await NodeLeases.take(nodes)
            do throws(LabError) {
                for node in nodes {
                    try node.checkIsBehind(front)
                    try node.checkUnbroken(try await node.status())
                }
            } catch {
                await leases.end()
                throw error
            }
            site = BenchSite(
                front: access.target(front, host: host, pathPrefix: pathPrefix),
                nodes: nodes, timeScale: timeScale, addresses: addresses, loops: loops, leases: leases)
        case .reference, .balancer:
            let ownNodes = try await startNodes(addresses, timeScale: timeScale)
            do throws(LabError) {
                site = try await startFront(
                    target, timeScale: timeScale, addresses: addresses, loops: loops, ownNodes: ownNodes)
            } catch {
                for node in ownNodes { try? await node.shutdown() }
                throw error
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

    /// The numeric address, asked for once and on a thread that may block: neither a loop nor a task's own.
    private static func resolve(_ endpoint: Endpoint) async throws(LabError) -> Endpoint {
        do {
            let address = try await NIOThreadPool.singleton.runIfActive { try endpoint.socketAddress() }
            return Endpoint(address) ?? endpoint
        } catch {
            throw .unresolved("\(endpoint): \(systemWords(error))")
        }
    }

    private static func startNodes(
        _ addresses: LabAddresses, timeScale: Double
    ) async throws(LabError) -> [NodeServer] {
        var started: [NodeServer] = []
        for number in 1...nodeCount {
            do {
                let address = addresses.node(number)
                started.append(
                    try await NodeServer.start(
                        NodeConfiguration(
                            nodeID: "n\(number)", listen: address, control: address, timeScale: timeScale)))
            } catch {
                for node in started { try? await node.shutdown() }
                throw .notStarted("node n\(number) could not be started: \(systemWords(error))")
            }
        }
        return started
    }

    private static func startFront(
        _ target: BenchTarget, timeScale: Double, addresses: LabAddresses, loops: BenchLoops, ownNodes: [NodeServer]
    ) async throws(LabError) -> BenchSite {
        var nodes: [NodeRemote] = []
        for node in ownNodes { nodes.append(try await .attach(node.control, on: loops.clients.next())) }
        switch target {
        case .reference(var behavior, let defects):
            behavior.limits.scaleIdle(by: timeScale)
            do {
                let proxy = try await ProxyServer.start(
                    ProxyConfiguration(
                        listen: Endpoint(host: addresses.front, port: 0),
                        nodes: nodes.map { ProxyNode(id: $0.nodeID, endpoint: $0.listen) }, behavior: behavior,
                        defects: defects, group: loops.proxy,
                        logger: Logger(label: "stickler.proxy") { _ in SwiftLogNoOpLogHandler() }))
                return BenchSite(
                    front: VirtualClient.Target(endpoint: proxy.listen, paths: AppPaths()), nodes: nodes,
                    timeScale: timeScale,
                    addresses: addresses, loops: loops, ownNodes: ownNodes, proxy: proxy)
            } catch {
                throw .notStarted("the reference proxy could not be started: \(systemWords(error))")
            }
        case .balancer(let manifest, let template, let access):
            let work = FileManager.default.temporaryDirectory.appendingPathComponent("stickler-\(UUID().uuidString)")
            do {
                let listen = try FreePort.find(on: addresses.front)
                let config = try template.render(
                    listen: listen.description, nodes: nodes.map(\.listen.description), directory: work.path,
                    timeScale: timeScale)
                let balancer = try await RunningBalancer.start(
                    manifest, configuration: config, listen: ListenAddress(host: listen.host, port: listen.port),
                    workDirectory: work.path)
                return BenchSite(
                    front: access.target(listen), nodes: nodes, timeScale: timeScale,
                    addresses: addresses, loops: loops, ownNodes: ownNodes, balancer: balancer, workDirectory: work)
            } catch {
                try? FileManager.default.removeItem(at: work)
                if let error = error as? BalancerError { throw .balancer(error) }
                throw .notStarted("\(manifest.name) could not be started: \(systemWords(error))")
            }
        case .running:
            preconditionFailure("a running target has a front of its own")
        }
    }

    /// Asks through the front until one of our nodes answers, by its boot.
    private func waitUntilServing() async throws(LabError) {
        var boots: Set<String> = []
        for node in nodes { boots.insert(try await node.status().bootID) }
        let probe = probe(0)
        let deadline = ContinuousClock.now + .seconds(8)
        var last: LabError
        repeat {
            let outcome = await probe.request("GET", "/whoami", RequestPlan(label: "probe", limit: .seconds(3)))
            let own = hasOwnNodes ? FrontProblem.OwnBalancer(output: balancer?.output ?? "") : nil
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
        } while ContinuousClock.now < deadline && !Task.isCancelled
        throw last
    }

    /// The nodes that `count` new clients reach, all at once.
    public func nodesReached(byClients count: Int) async -> Set<String> {
        await withTaskGroup(of: String?.self) { group in
            for number in 0..<count {
                group.addTask { [probe = probe(number)] in
                    await probe.request("GET", "/whoami", RequestPlan(label: "probe", limit: .seconds(3))).nodeID
                }
            }
            return await group.reduce(into: []) { reached, node in reached.formUnion(node.map { [$0] } ?? []) }
        }
    }

    /// Waits until new clients reach all of these nodes again: a balancer takes its time to believe in one that returned,
    /// and the next case must not pay for it. Gives up after `limit`.
    public func settle(on nodes: Set<String>, within limit: Duration) async {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline, !Task.isCancelled {
            if nodes.isSubset(of: await nodesReached(byClients: Self.probeCount)) { return }
            // The pace of the question; there is no event to wait for.
            guard (try? await probe(0).pause(.milliseconds(250))) != nil else { return }
        }
    }

    /// So many probes miss one node of five by chance in less than 1 of 1 000 rounds.
    public static let probeCount = 32

    func probe(_ number: Int) -> VirtualClient {
        VirtualClient(
            name: "probe\(number)", target: front,
            source: clientSource(number, of: CaseSeed("probe", seed: 0), to: front.endpoint),
            seed: 0,
            loop: loops.clients.next(), recorder: HistoryRecorder())
    }

    /// Whether nodes and balancer live and die with this site; else they already ran.
    public var hasOwnNodes: Bool { !ownNodes.isEmpty }

    /// Whether the site goes by a name that the user gave it, and not by the address of its balancer.
    var isNamed: Bool { front.host != front.endpoint.description }

    /// Whether the balancer was started for the run and is there for any name.
    public var isForAnyName: Bool { hasOwnNodes && !isNamed }

    /// Loops of ours with a name each: clients, proxy, and the nodes in this process under their ids.
    var namedLoops: [(name: String, loop: any EventLoop)] {
        loops.named + zip(nodes, ownNodes).map { ($0.nodeID, $1.dataLoop) }
    }

    /// Source address of a client; nil where it goes to an address that is not on the loopback network.
    func clientSource(_ number: Int, of clients: CaseSeed, to target: Endpoint) -> String? {
        target.host.hasPrefix("127.") ? clients.source(number) : nil
    }

    /// The balancer's own words on standard error, if it is one we started.
    public var balancerOutput: String? { balancer?.output }

    /// What the balancer wrote since the last call and how it ended, as events, if it is one we started.
    func takeBalancerEvents() -> [HistoryEvent] {
        guard let balancer else { return [] }
        let words = balancer.takeWords()
        var events = words.lines.map { line in
            HistoryEvent(
                time: HistoryTime(line.time), actor: .lab, kind: .balancerOutput(BalancerOutput(line: line.text)))
        }
        if words.dropped > 0 {
            events.append(
                HistoryEvent(actor: .lab, kind: .balancerOutputDropped(BalancerOutputDropped(lines: words.dropped))))
        }
        if let ending = balancer.ending {
            events.append(
                HistoryEvent(
                    time: HistoryTime(ending.time), actor: .lab,
                    kind: .balancerEnded(BalancerEnded(exit: "\(ending.exit)"))))
        }
        return events
    }

    /// Stops all that was started here.
    public func shutdown() async {
        _ = await balancer?.stop()
        // What can't be stopped in order dies with the process; the verdicts are in by now.
        try? await proxy?.shutdown()
        for node in ownNodes { try? await node.shutdown() }
        await leases?.end()
        if let workDirectory { try? FileManager.default.removeItem(at: workDirectory) }
    }
}
