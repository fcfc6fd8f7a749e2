import Foundation
import NIOCore
import NIOPosix

/// The least that a balancer on NIO must do: passes bytes between two connections, on one loop, and looks at none of
/// them. What it costs is the event loop's and the kernel's share.
///
///     RawRelay PORT    to 127.0.0.1:PORT; prints {"port": N}
@main
struct RawRelay {
    static func main() throws {
        guard let port = CommandLine.arguments.dropFirst().first.flatMap({ Int($0) }) else {
            print("usage: RawRelay PORT")
            exit(2)
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let listener = try ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 4096)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { client in connect(client, to: port) }
            .bind(host: "127.0.0.1", port: 0).wait()
        print("{\"port\": \(listener.localAddress?.port ?? 0)}")
        fflush(nil)
        try listener.closeFuture.wait()
    }

    /// The client's connection is read once there is one to pass its bytes to.
    private static func connect(_ client: any Channel, to port: Int) -> EventLoopFuture<Void> {
        let (clientSide, serverSide) = (RelayHandler(), RelayHandler())
        clientSide.join(serverSide)
        do {
            try client.pipeline.syncOperations.addHandler(clientSide)
        } catch {
            return client.eventLoop.makeFailedFuture(error)
        }
        let bound = NIOLoopBound(serverSide, eventLoop: client.eventLoop)
        return ClientBootstrap(group: client.eventLoop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { server in
                server.eventLoop.makeCompletedFuture { try server.pipeline.syncOperations.addHandler(bound.value) }
            }
            .connect(host: "127.0.0.1", port: port)
            .map { _ in }
    }
}
