import Cluster
import Discovery
import Foundation
import Logging
import NIOCore
import NIOPosix
import ReferenceNode
import StickyProxy
import Wire

/// A node of a cluster that runs by itself: an endpoint, and a balancer before the endpoints of all.
public struct StandaloneClusterNode: Sendable {
    private let id: String
    private let endpoint: ClusterEndpoint
    private let record: ServiceEndpoint
    private let balancer: ClusterBalancer
    private let discovery: any EndpointDiscovery
    private let registration: ClusterRegistration
    private let watching: Task<Void, Never>
    private let group: MultiThreadedEventLoopGroup

    /// One line of JSON: where clients connect, what balancers know it by, and where it, or each worker, is controlled.
    public var announcement: String {
        let said = Announced(
            listen: "\(balancer.proxy.listen)", control: endpoint.control, nodeID: id, endpoint: record.url.text,
            workers: endpoint.workers.isEmpty ? nil : endpoint.workers.map(\.announcement))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        // Strings alone are always JSON.
        return String(decoding: (try? encoder.encode(said)) ?? Data(), as: UTF8.self)
    }

    private struct Announced: Encodable {
        var listen: String
        var control: String
        var nodeID: String
        var endpoint: String
        var workers: [WorkerProcess.Announcement]?
    }

    /// Starts a node of a cluster.
    ///
    /// - Parameters:
    ///   - id: its id; its workers are called after it.
    ///   - listen: where clients connect, as `HOST:PORT`; port 0 takes a free one.
    ///   - control: where the node is controlled, or its first worker, the others at the ports behind.
    ///   - options: what any node may be told.
    ///   - cluster: what a node of a cluster may be told.
    ///   - environment: the variables of the process, for what `cluster` does not say.
    ///   - program: path of the `stickler` program, for workers.
    /// - Returns: nil where neither options nor environment make it one of a cluster.
    /// - Throws: ``VerificationError/usage(_:)`` for what it can't be told, or an address that can't be listened on.
    public static func start(
        id: String, listen: String, control: String, options: StandaloneNode.Options = .init(),
        cluster: ClusterOptions, environment: [String: String], program: String
    ) async throws(VerificationError) -> StandaloneClusterNode? {
        let cores = ProcessInfo.processInfo.activeProcessorCount
        guard let settings = try cluster.settings(environment: environment, cores: cores) else { return nil }
        try OpenFiles.provide(1_024)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let place = Place(
            id: id, control: control, options: options, settings: settings, lease: cluster.lease, program: program,
            group: group)
        do {
            let address = try Endpoint(parsing: listen)
            let own = try place.endpointAddress(beside: address, asked: cluster.endpoint)
            return try await start(at: address, endpointAt: own, place)
        } catch {
            // What would have used its threads is not there.
            group.shutdownGracefully { _ in }
            throw error as? VerificationError ?? .usage("the node does not start: \(systemWords(error))")
        }
    }

    private static func start(
        at listen: Endpoint, endpointAt own: Endpoint, _ place: Place
    ) async throws -> StandaloneClusterNode {
        let settings = place.settings
        let endpoint = try await ClusterEndpoint.start(at: own, place)
        do {
            let url = try settings.endpointURL ?? EndpointURL("http://\(endpoint.listen)")
            let record = ServiceEndpoint(service: settings.rules.service, url: url, balancer: settings.balancerURL)
            let discover = place.discovery()
            let discovery = discover()
            let configuration = ProxyConfiguration(
                listen: listen, nodes: [], behavior: .cluster(settings.rules), group: place.group,
                logger: Logger(label: "stickler.cluster"))
            let balancer: ClusterBalancer
            do {
                balancer = try await ClusterBalancer.start(
                    configuration, settings.rules, own: record, ownAddress: endpoint.listen, discovery: discovery)
            } catch {
                discovery.cut()
                throw VerificationError.usage(
                    "the node can't listen on \(listen): \(systemWords(error)); free the address, or use port 0 to take any "
                        + "free one")
            }
            let registration = ClusterRegistration(record, while: endpoint.lives, discover)
            // Where the registry can't be asked the node serves all the same, and registers when it can.
            _ = await discovery.view(within: .seconds(2)) { $0.endpoints.endpoint(url.hash, of: record.service) != nil }
            return StandaloneClusterNode(
                id: place.id, endpoint: endpoint, record: record, balancer: balancer, discovery: discovery,
                registration: registration, watching: watch(discovery), group: place.group)
        } catch {
            await endpoint.stop()
            throw error
        }
    }

    /// Logs what is wrong with the registry, and when that ends.
    private static func watch(_ discovery: any EndpointDiscovery) -> Task<Void, Never> {
        let logger = Logger(label: "stickler.discovery")
        return Task {
            var (last, count): (RegistryFailure?, _) = (nil, -1)
            for await view in discovery.views() {
                if view.trouble != last {
                    if let trouble = view.trouble {
                        logger.warning("\(trouble)")
                    } else {
                        logger.notice("registry is back")
                    }
                    last = view.trouble
                }
                if view.isKnown, view.endpoints.all.count != count {
                    count = view.endpoints.all.count
                    logger.notice("endpoints live", metadata: ["count": "\(count)"])
                }
            }
        }
    }

    /// Stops it: takes its record away, then takes no new clients, ends connections with the answers they wait for, and
    /// gives WebSockets so long to end before they are told to go (close code 1001).
    public func stop(draining limit: Duration = .zero) async throws {
        await registration.leave()
        watching.cancel()
        try await balancer.leave(within: limit)
        await discovery.leave()
        await endpoint.stop()
        try await group.shutdownGracefully()
    }
}

extension StandaloneClusterNode {
    /// What a node and its parts are made of.
    struct Place: Sendable {
        var id: String
        var control: String
        var options: StandaloneNode.Options
        var settings: ClusterSettings
        var lease: Duration?
        var program: String
        var group: MultiThreadedEventLoopGroup

        /// Makes connections to the registry; those to one in memory all share it.
        func discovery() -> @Sendable () -> any EndpointDiscovery {
            // A loop that bears no clients, since the names of an etcd's members are resolved on it.
            let loop = MultiThreadedEventLoopGroup.singleton.next()
            let usual = DiscoveryTiming()
            let timing = lease.map { usual.scaled(by: $0 / usual.lease) } ?? usual
            switch settings.registry {
            case .memory:
                let registry = InMemoryRegistry(on: loop)
                return { InMemoryDiscovery(registry, timing: timing) }
            case .etcd(let address): return { EtcdDiscovery(address, timing: timing, on: loop) }
            }
        }

        /// Where the endpoint listens: as it is told, or at the port of its URL, or at a free one beside the balancer.
        func endpointAddress(beside listen: Endpoint, asked: String?) throws -> Endpoint {
            let address = try asked.map { try Endpoint(parsing: $0) }
            if let url = settings.endpointURL { return address ?? Endpoint(host: listen.host, port: url.address.port) }
            let free = address ?? Endpoint(host: listen.host, port: 0)
            guard !["0.0.0.0", "::"].contains(free.host) else {
                throw VerificationError.usage(
                    "balancers can't reach an endpoint at \(free.host); give --endpoint-url http://HOST:PORT, with an "
                        + "address at which the others reach this node")
            }
            return free
        }
    }
}
