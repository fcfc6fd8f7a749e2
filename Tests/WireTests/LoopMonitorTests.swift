import Clocks
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import Wire

@Suite("A loop monitor reports the loop that did not run")
struct LoopMonitorTests {
    /// Keeps the loop from running until the clock has moved on by so much.
    static func block(_ loop: any EventLoop, _ duration: Duration) async throws {
        try await loop.submit {
            let end = MonotonicClock.now + duration
            while MonotonicClock.now < end {}
        }.get()
    }

    @Test("A blocked loop is named, with how late it was")
    func blocked() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let (reports, source) = AsyncStream.makeStream(of: (loop: String, late: Duration).self)
        let monitor = LoopMonitor(
            loops: [("clients-0", group.next())], period: .milliseconds(1), tolerance: .milliseconds(20)
        ) { loop, late in source.yield((loop, late)) }
        try await Self.block(group.next(), .milliseconds(60))
        var iterator = reports.makeAsyncIterator()
        let report = try #require(await iterator.next())
        #expect(report.loop == "clients-0")
        #expect(report.late > .milliseconds(20))
        monitor.stop()
        try await group.shutdownGracefully()
    }

    @Test("After stop nothing is reported")
    func stopped() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let count = Mutex(0)
        let monitor = LoopMonitor(loops: [("l", group.next())], period: .milliseconds(1), tolerance: .zero) { _, _ in
            count.withLock { $0 += 1 }
        }
        monitor.stop()
        // Cancelling is a task of the loop: what was under way is over when the next task is done.
        try await group.next().submit {}.get()
        let before = count.withLock { $0 }
        try await Self.block(group.next(), .milliseconds(10))
        try await group.next().submit {}.get()
        #expect(count.withLock { $0 } == before)
        try await group.shutdownGracefully()
    }
}
