import NIOCore
import NIOPosix
import Testing
import Wire

@testable import StickyProxy

@Suite("A proxy that is stopped", .timeLimit(.minutes(1)))
struct ShutdownTests {
    @Test func `may be stopped again, at once or later`() async throws {
        let proxy = try await ProxyServer.start(
            ProxyConfiguration(
                listen: Endpoint(host: "127.0.0.1", port: 0), nodes: [ProxyNode(id: "n1", endpoint: .nobody)],
                behavior: .unprobed, group: MultiThreadedEventLoopGroup.singleton))
        let client = try await proxy.listen.connect()
        async let other: Void = proxy.shutdown()
        try await proxy.shutdown()
        try await other
        try await proxy.shutdown()
        await client.close()
    }
}
