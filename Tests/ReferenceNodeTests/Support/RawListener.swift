import NIOCore
import NIOPosix
import Wire

/// A TCP server for one test, whose connections are taken and answered by hand.
struct RawListener: Sendable {
    /// Where it listens.
    let endpoint: Endpoint
    private let listener: any Channel
    private let accepted: AsyncStream<RawClient>

    static func run(_ body: (RawListener) async throws -> Void) async throws {
        let (accepted, continuation) = AsyncStream.makeStream(of: RawClient.self)
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { continuation.yield(try RawClient(adopting: channel)) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let raw = RawListener(endpoint: Endpoint(listener.localAddress)!, listener: listener, accepted: accepted)
        do {
            try await body(raw)
        } catch {
            try await listener.close().get()
            throw error
        }
        try await listener.close().get()
    }

    /// The next connection that is made to it.
    func accept() async throws -> RawClient {
        var connections = accepted.makeAsyncIterator()
        guard let next = await connections.next() else { throw CancellationError() }
        return next
    }
}
