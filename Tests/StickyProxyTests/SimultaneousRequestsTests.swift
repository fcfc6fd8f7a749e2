import Testing
import Wire

@testable import StickyProxy

@Suite("Many clients come at once", .serialized, .timeLimit(.minutes(1)))
struct SimultaneousRequestsTests {
    /// The statuses of this many requests, each on a connection of its own, all begun before any is answered.
    func statuses(of count: Int, through proxy: Endpoint) async throws -> [Int: Int] {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<count { group.addTask { try await proxy.fetch("/").status } }
            var counts: [Int: Int] = [:]
            for try await status in group { counts[status, default: 0] += 1 }
            return counts
        }
    }

    @Test("a thousand requests at once are all served, though the nodes' backlogs overflow")
    func thousand() async throws {
        var nodes: [TestNode] = []
        for id in ["n1", "n2", "n3"] { nodes.append(try await TestNode.start(id)) }
        try await withProxy(nodes.map(\.proxyNode), .reference) { proxy in
            let statuses = try await statuses(of: 1000, through: proxy)
            #expect(statuses == [200: 1000])
        }
        for node in nodes { await node.kill() }
    }
}
