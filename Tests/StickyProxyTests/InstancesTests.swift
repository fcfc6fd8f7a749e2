import Clocks
import Testing
import Wire

@testable import StickyProxy

@Suite("Proxies that share a listener", .timeLimit(.minutes(1)))
struct InstancesTests {
    /// Two proxies in front of two nodes; connections go to them in turn.
    func withTwo(
        _ behavior: Behavior, _ body: (ProxyServer, _ one: TestNode, _ two: TestNode) async throws -> Void
    ) async throws {
        let (one, two) = (try await TestNode.start("n1"), try await TestNode.start("n2"))
        try await withProxyServer([one.proxyNode, two.proxyNode], behavior, instances: 2) {
            try await body($0, one, two)
        }
        await one.kill()
        await two.kill()
    }

    @Test("a cookie holds at each of them, and each goes round by itself")
    func cookies() async throws {
        try await withTwo(.unprobed) { proxy, _, _ in
            let first = try await proxy.listen.fetch("/")
            let second = try await proxy.listen.fetch("/")
            #expect(first.body == second.body, "each begins with the first node")
            for _ in 0..<4 {
                #expect(try await proxy.listen.fetch("/", cookie: first.affinityCookie).body == first.body)
            }
        }
    }

    @Test("each has its own view of the nodes: what one found to be down the other still tries")
    func views() async throws {
        let behavior = Behavior.unprobed.with {
            ($0.health.connectFall, $0.health.failTimeout) = (1, .seconds(600))
            $0.affinity.rule = .none
            $0.retry.patience = .milliseconds(1)
            $0.distribution.lastResort = nil
        }
        try await withTwo(behavior) { proxy, one, _ in
            await one.kill()
            // The first node is each one's first choice; a second attempt would come too late.
            for _ in 0..<2 {
                let answer = try await proxy.listen.fetch("/")
                #expect(answer.body == "n2" || answer.status == 503)
            }
            let downs = proxy.instances.map { $0.core.roster(at: .now).map(\.isUp) }
            #expect(downs == [[false, true], [false, true]])
            let returned = try await TestNode.start("n1", port: one.endpoint.port)
            proxy.instances[0].core.connected(0)
            #expect(proxy.instances.map { $0.core.roster(at: .now)[0].isUp } == [true, false])
            #expect(try await proxy.nodes().map(\.isUp) == [false, true], "up is what all find up")
            var nodes: Set<String> = []
            for _ in 0..<8 { nodes.insert(try await proxy.listen.fetch("/").body) }
            #expect(nodes == ["n1", "n2"])
            await returned.kill()
        }
    }

    @Test("a change of nodes or behavior is one of all")
    func changes() async throws {
        try await withTwo(.unprobed.with { $0.affinity.rule = .none }) { proxy, _, _ in
            try proxy.drain("n1")
            for _ in 0..<4 { #expect(try await proxy.listen.fetch("/").body == "n2") }
            try proxy.undrain("n1")
            try await proxy.remove("n2")
            for _ in 0..<4 { #expect(try await proxy.listen.fetch("/").body == "n1") }
            try await proxy.reload(.unprobed.with { $0.limits.bodyBytes = 1 })
            for _ in 0..<2 { #expect(try await proxy.listen.fetch("/", method: "POST", body: "xx").status == 413) }
            try await proxy.leave(within: .seconds(1))
        }
    }
}
