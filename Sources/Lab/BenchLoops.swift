package import History
package import NIOCore
package import NIOPosix

/// What the benches of a run share: event loops, clients and proxy on groups of their own, so that neither delays the
/// other's clock, and the memory for what they record.
package final class BenchLoops: Sendable {
    /// Room for what strangers send and histories keep.
    package let records = RecordBudget()
    /// Loops of the virtual clients and of the control connections.
    package let clients: MultiThreadedEventLoopGroup
    /// Loops of the reference proxy.
    package let proxy: MultiThreadedEventLoopGroup

    /// Starts the loops.
    package init() {
        clients = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        proxy = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    }

    /// All loops with a name each, for watching their lag.
    package var named: [(name: String, loop: any EventLoop)] {
        func named(_ group: MultiThreadedEventLoopGroup, _ name: String) -> [(String, any EventLoop)] {
            group.makeIterator().enumerated().map { ("\(name)-\($0.offset)", $0.element) }
        }
        return named(clients, "clients") + named(proxy, "proxy")
    }

    /// Ends the loops; nothing may run on them any more.
    package func shutdown() async throws {
        try await clients.shutdownGracefully()
        try await proxy.shutdownGracefully()
    }
}
