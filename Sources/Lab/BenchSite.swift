import Balancers
import Fleet
import Foundation
import History
import Logging
import NIOCore
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
    /// Goes before the names of clients, so that nodes that outlive a run never see a request id twice.
    let namePrefix: String
    let addresses: LabAddresses
    let loops: BenchLoops

    private let ownNodes: [NodeServer]
    private let proxy: ProxyServer?
    private let balancer: RunningBalancer?
    private let workDirectory: URL?

    private init(
        front: VirtualClient.Target, nodes: [NodeRemote], addresses: LabAddresses, loops: BenchLoops,
        ownNodes: [NodeServer] = [], proxy: ProxyServer? = nil, balancer: RunningBalancer? = nil,
        workDirectory: URL? = nil
    ) {
        self.front = front
        self.nodes = nodes
        self.balancerVersion = balancer?.version
        self.namePrefix = ownNodes.isEmpty ? String(UInt32.random(in: .min ... .max), radix: 36) + "." : ""
        self.addresses = addresses
        self.loops = loops
        self.ownNodes = ownNodes
        self.proxy = proxy
        self.balancer = balancer
        self.workDirectory = workDirectory
    }

    /// Starts what `target` asks for and waits until one of the nodes answers through the front.
    public static func start(
        _ target: BenchTarget, loops: BenchLoops
    ) async throws(LabError) -> BenchSite {
        let addresses = LabAddresses()
        let site: BenchSite
        switch target {
        case .running(let front, let host, let pathPrefix, let controls):
            var nodes: [NodeRemote] = []
            for control in controls { nodes.append(try await .attach(control, on: loops.clients.next())) }
            guard Set(nodes.map(\.nodeID)).count == nodes.count else {
                throw .nodesUnfit("two nodes bear the same id: \(nodes.map(\.nodeID)); start each with its own --id")
            }
            site = BenchSite(
                front: VirtualClient.Target(endpoint: front, host: host, pathPrefix: pathPrefix), nodes: nodes,
                addresses: addresses, loops: loops)
        case .reference, .balancer:
            let ownNodes = try await startNodes(addresses)
            do throws(LabError) {
                site = try await startFront(target, addresses: addresses, loops: loops, ownNodes: ownNodes)
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

    private static func startNodes(_ addresses: LabAddresses) async throws(LabError) -> [NodeServer] {
        var started: [NodeServer] = []
        for number in 1...nodeCount {
            do {
                let address = addresses.node(number)
                started.append(
                    try await NodeServer.start(
                        NodeConfiguration(nodeID: "n\(number)", listen: address, control: address)))
            } catch {
                for node in started { try? await node.shutdown() }
                throw .notStarted("node n\(number) could not be started: \(error)")
            }
        }
        return started
    }

    private static func startFront(
        _ target: BenchTarget, addresses: LabAddresses, loops: BenchLoops, ownNodes: [NodeServer]
    ) async throws(LabError) -> BenchSite {
        var nodes: [NodeRemote] = []
        for node in ownNodes { nodes.append(try await .attach(node.control, on: loops.clients.next())) }
        switch target {
        case .reference(let behavior, let defects):
            do {
                let proxy = try await ProxyServer.start(
                    ProxyConfiguration(
                        listen: Endpoint(host: addresses.front, port: 0),
                        nodes: nodes.map { ProxyNode(id: $0.nodeID, endpoint: $0.listen) }, behavior: behavior,
                        defects: defects, group: loops.proxy,
                        logger: Logger(label: "stickler.proxy") { _ in SwiftLogNoOpLogHandler() }))
                return BenchSite(
                    front: VirtualClient.Target(endpoint: proxy.listen), nodes: nodes, addresses: addresses,
                    loops: loops, ownNodes: ownNodes, proxy: proxy)
            } catch {
                throw .notStarted("the reference proxy could not be started: \(error)")
            }
        case .balancer(let manifest, let template):
            let work = FileManager.default.temporaryDirectory.appendingPathComponent("stickler-\(UUID().uuidString)")
            do {
                let listen = try await FreePort.find(on: addresses.front, loop: loops.clients.next())
                let config = try template.render(
                    listen: listen.description, nodes: nodes.map(\.listen.description), directory: work.path)
                let balancer = try await RunningBalancer.start(
                    manifest, configuration: config, listen: ListenAddress(host: listen.host, port: listen.port),
                    workDirectory: work.path)
                return BenchSite(
                    front: VirtualClient.Target(endpoint: listen), nodes: nodes, addresses: addresses, loops: loops,
                    ownNodes: ownNodes, balancer: balancer, workDirectory: work)
            } catch let error as BalancerError {
                throw .balancer(error)
            } catch {
                throw .notStarted("\(manifest.name) could not be started: \(error)")
            }
        case .running:
            preconditionFailure("a running target has a front of its own")
        }
    }

    /// Asks through the front until one of our nodes answers, by its boot.
    private func waitUntilServing() async throws(LabError) {
        var boots: Set<String> = []
        for node in nodes { boots.insert(try await node.status().bootID) }
        let probe = VirtualClient(
            name: "probe", target: front, source: clientSource(0), seed: 0, loop: loops.clients.next(),
            recorder: HistoryRecorder())
        let deadline = ContinuousClock.now + .seconds(8)
        var last: LabError
        repeat {
            let outcome = await probe.request("GET", "/whoami", RequestPlan(label: "probe", limit: .seconds(3)))
            switch outcome {
            case .response(let response, _) where response.bootID.map(boots.contains) == true: return
            case .response: last = .notOurNodes(address: front.endpoint.description, answer: outcome.summary)
            case .failed(let failed):
                last = .frontUnreachable(address: front.endpoint.description, reason: failed.detail)
                // A balancer of ours accepts already, so a refusal is final.
                if failed.failure == .connectFailed { throw last }
            }
            do {
                try await probe.pause(.milliseconds(100))
            } catch {
                throw .notStarted("\(error)")
            }
        } while ContinuousClock.now < deadline && !Task.isCancelled
        throw last
    }

    /// Loops of ours with a name each: clients, proxy, and the nodes in this process under their ids.
    var namedLoops: [(name: String, loop: any EventLoop)] {
        loops.named + zip(nodes, ownNodes).map { ($0.nodeID, $1.dataLoop) }
    }

    /// Source address of the client number `number`; nil where the front is not on the loopback network.
    func clientSource(_ number: Int) -> String? {
        front.endpoint.host.hasPrefix("127.") ? addresses.client(number) : nil
    }

    /// The balancer's own words on standard error, if it is one we started.
    public var balancerOutput: String? { balancer?.output }

    /// Stops all that was started here.
    public func shutdown() async {
        _ = await balancer?.stop()
        // What can't be stopped in order dies with the process; the verdicts are in by now.
        try? await proxy?.shutdown()
        for node in ownNodes { try? await node.shutdown() }
        if let workDirectory { try? FileManager.default.removeItem(at: workDirectory) }
    }
}
