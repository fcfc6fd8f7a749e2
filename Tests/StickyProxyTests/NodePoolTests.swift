import NIOEmbedded
import NIOPosix
import Testing

@testable import StickyProxy

@Suite struct NodePoolTests {
    @Test func `where only so many connections are kept, it is those used last`() {
        let configuration = ProxyConfiguration(
            listen: .nobody, nodes: [ProxyNode(id: "n1", endpoint: .nobody)],
            group: MultiThreadedEventLoopGroup.singleton)
        let worker = ProxyWorker(core: ProxyCore(configuration), loop: EmbeddedEventLoop())
        let connections = (0..<3).map { _ in NodeConnection(node: 0, worker: worker) }
        let pool = NodePool(limits: Behavior.unprobed.with { $0.limits.pooledPerNode = 2 }.limits)
        for connection in connections { pool.put(connection) }
        #expect(pool.take(0, repeatable: false) === connections[2])
        #expect(pool.take(0, repeatable: false) === connections[1])
        #expect(pool.take(0, repeatable: false) === nil)
    }
}
