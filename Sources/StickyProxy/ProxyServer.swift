import Clocks
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
package import Wire

/// A running reverse proxy with affinity: HTTP/1.1 and WebSocket tunnels, or tunnels alone.
package final class ProxyServer: Sendable {
    /// The address that accepts clients; its port is never 0.
    package let listen: Endpoint
    let core: ProxyCore
    let group: any EventLoopGroup
    private let listener: any Channel
    /// Those that check nodes, by node; none where nodes are not checked.
    let probers: NIOLockedValueBox<[NodeID: NIOLoopBound<HealthProber>]>

    private init(
        listen: Endpoint, core: ProxyCore, group: any EventLoopGroup, listener: any Channel,
        probers: [NodeID: NIOLoopBound<HealthProber>]
    ) {
        self.listen = listen
        self.core = core
        self.group = group
        self.listener = listener
        self.probers = NIOLockedValueBox(probers)
    }

    /// Starts a proxy that accepts when this returns. Throws ``ProxyStartError``, or the system's error when the
    /// address can't be bound.
    package static func start(_ configuration: ProxyConfiguration) async throws -> ProxyServer {
        try ProxyStartError.check(configuration.nodes)
        let core = ProxyCore(configuration)
        for loop in configuration.group.makeIterator() {
            try await loop.submit {
                let worker = ProxyWorker(core: core, loop: loop)
                core.add(NIOLoopBound(worker, eventLoop: loop), of: loop)
                worker.startSweeping()
            }.get()
        }
        let address = try configuration.listen.socketAddress()
        let listener: any Channel
        do {
            listener = try await bootstrap(configuration.group, core).bind(to: address).get()
        } catch {
            try await core.onEveryWorker(of: configuration.group) { _ = $0.shutdown() }.get()
            throw error
        }
        let probers = try await startProbing(configuration, core)
        return ProxyServer(
            listen: Endpoint(listener.localAddress) ?? configuration.listen, core: core, group: configuration.group,
            listener: listener, probers: probers)
    }

    private static func bootstrap(_ group: any EventLoopGroup, _ core: ProxyCore) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelInitializer { listener in
                AcceptShortage.handle(on: listener) { core.ranShort(of: "a client", $0) }
            }
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.recvAllocator, value: core.streams.clientAllocator)
            .childChannelOption(.maxMessagesPerRead, value: core.streams.readsPerTurn)
            .childChannelOption(.writeBufferWaterMark, value: StreamOptions.waterMark)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let worker = core.worker(of: channel.eventLoop) else { throw ChannelError.ioOnClosedChannel }
                    try Arrival(transport: core.clientTransport, worker: worker).install(on: channel)
                }
            }
    }

    private static func startProbing(
        _ configuration: ProxyConfiguration, _ core: ProxyCore
    ) async throws -> [NodeID: NIOLoopBound<HealthProber>] {
        var probers: [NodeID: NIOLoopBound<HealthProber>] = [:]
        for (node, _, _) in core.roster(at: .now) {
            probers[node] = try await startProbing(node, core, on: configuration.group.next())
        }
        return probers
    }

    static func startProbing(
        _ node: NodeID, _ core: ProxyCore, on loop: any EventLoop
    ) async throws -> NIOLoopBound<HealthProber>? {
        guard let rules = core.snapshot.behavior.health.probe else { return nil }
        return try await loop.submit {
            let prober = HealthProber(node: node, core: core, rules: rules, loop: loop)
            prober.probe()
            return NIOLoopBound(prober, eventLoop: loop)
        }.get()
    }

    /// Stops accepting, ends every connection and returns when they are gone.
    package func shutdown() async throws {
        try await stopAccepting()
        for prober in probers.withLockedValue({ Array($0.values) }) {
            try await prober.eventLoop.submit { prober.value.stop() }.get()
        }
        for loop in group.makeIterator() {
            try await loop.flatSubmit { [core] in
                core.worker(of: loop)?.shutdown() ?? loop.makeSucceededVoidFuture()
            }.get()
        }
    }

    func stopAccepting() async throws {
        do {
            try await listener.close().get()
        } catch ChannelError.alreadyClosed {
            // Closed before, or by the end of its loop.
        }
    }
}
