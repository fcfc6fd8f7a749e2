import Clocks
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
package import Wire

/// A running reverse proxy with affinity: HTTP/1.1 and WebSocket tunnels, or tunnels alone.
package final class ProxyServer: Sendable {
    /// The address that accepts clients; its port is never 0.
    package let listen: Endpoint
    /// In turn for the connections that come; at least one.
    let instances: [ProxyInstance]
    let group: any EventLoopGroup
    private let listener: any Channel

    private init(
        listen: Endpoint, instances: [ProxyInstance], group: any EventLoopGroup, listener: any Channel
    ) {
        self.listen = listen
        self.instances = instances
        self.group = group
        self.listener = listener
    }

    /// Starts a proxy that accepts when this returns. Throws ``ProxyStartError``, or the system's error when the
    /// address can't be bound.
    package static func start(_ configuration: ProxyConfiguration) async throws -> ProxyServer {
        try ProxyStartError.check(configuration.nodes, mayComeLater: configuration.router != nil)
        var instances: [ProxyInstance] = []
        for _ in 0..<max(1, configuration.instances) { instances.append(try await ProxyInstance(configuration)) }
        let address = try configuration.listen.socketAddress()
        let listener: any Channel
        do {
            listener = try await bootstrap(configuration.group, instances.map(\.core)).bind(to: address).get()
        } catch {
            for instance in instances { try await instance.shutdown() }
            throw error
        }
        for instance in instances { try await instance.startProbing() }
        return ProxyServer(
            listen: Endpoint(listener.localAddress) ?? configuration.listen, instances: instances,
            group: configuration.group, listener: listener)
    }

    private static func bootstrap(_ group: any EventLoopGroup, _ cores: [ProxyCore]) -> ServerBootstrap {
        let (core, turn) = (cores[0], NIOLockedValueBox(0))
        return ServerBootstrap(group: group)
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
                    let core = cores.count == 1 ? core : cores[next(turn, of: cores.count)]
                    guard let worker = core.worker(of: channel.eventLoop) else { throw ChannelError.ioOnClosedChannel }
                    try Arrival(transport: core.clientTransport, worker: worker).install(on: channel)
                }
            }
    }

    private static func next(_ turn: NIOLockedValueBox<Int>, of count: Int) -> Int {
        turn.withLockedValue { turn in
            turn = (turn + 1) % count
            return turn
        }
    }

    /// Stops accepting, ends every connection and returns when they are gone.
    package func shutdown() async throws {
        try await stopAccepting()
        for instance in instances { try await instance.shutdown() }
    }

    func stopAccepting() async throws {
        do {
            try await listener.close().get()
        } catch ChannelError.alreadyClosed {
            // Closed before, or by the end of its loop.
        }
    }
}
