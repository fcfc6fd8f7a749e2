import Claims
import Fleet
import History
import Lab
import NIOPosix
import ReferenceNode
import StickyProxy
import Synchronization
import Testing
import Verdicts
import Wire

@testable import Conformance

@Suite("Where nobody answers between two cases, whoever is silent is to blame", .timeLimit(.minutes(1)))
struct SilenceTests {
    /// Two nodes and a proxy that already run, as behind `--url`, each of which can stop on its own.
    private final class RunningSite: Sendable {
        let proxy: ProxyServer
        private let nodes: Mutex<[NodeServer]>
        private let configurations: [NodeConfiguration]

        init() async throws {
            var nodes: [NodeServer] = []
            for number in 1...2 { nodes.append(try await .start(NodeConfiguration(nodeID: "n\(number)"))) }
            configurations = nodes.enumerated().map { number, node in
                NodeConfiguration(nodeID: "n\(number + 1)", listen: node.listen, control: node.control)
            }
            // Probes that a busy machine answers late would take nodes down that live.
            var behavior = Behavior.reference
            behavior.health.probe = nil
            proxy = try await ProxyServer.start(
                ProxyConfiguration(
                    listen: Endpoint(host: "127.0.0.1", port: 0),
                    nodes: configurations.map { ProxyNode(id: $0.nodeID, endpoint: $0.listen) }, behavior: behavior,
                    group: MultiThreadedEventLoopGroup.singleton))
            self.nodes = Mutex(nodes)
        }

        var target: BenchTarget {
            .running(
                front: proxy.listen, host: proxy.listen.description, pathPrefix: "",
                controls: configurations.map(\.control))
        }
        var controls: [String] { configurations.map(\.control.description) }

        /// Stops the last nodes.
        func stopNodes(_ count: Int) async throws {
            let stopped = nodes.withLock { nodes in
                defer { nodes.removeLast(count) }
                return nodes.suffix(count)
            }
            for node in stopped { try await node.shutdown() }
        }

        /// Starts all those that do not run, where they were.
        func startNodes() async throws {
            for configuration in configurations.dropFirst(nodes.withLock(\.count)) {
                let node = try await NodeServer.start(configuration)
                nodes.withLock { $0.append(node) }
            }
        }

        func end() async throws {
            try await proxy.shutdown()
            try await stopNodes(nodes.withLock(\.count))
        }
    }

    private static func site(_ body: (RunningSite) async throws -> Void) async throws {
        let site = try await RunningSite()
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(site))
        } catch {
            outcome = .failure(error)
        }
        try await site.end()
        try outcome.get()
    }

    private static func oneCase(
        _ id: String, _ action: @escaping @Sendable () async throws -> Void = {}
    ) -> ConformanceCase {
        ConformanceCase(
            CaseDescription(id: id, title: id, features: [], proves: "", findings: [.requestFailed])
        ) { stage in
            await stage.client().request("GET", "/whoami", RequestPlan(label: RequestLabel("a")))
            try await action()
        } judge: { _ in
            Judgement(observations: 1)
        }
    }

    /// What four cases come to, in the second of which something happens.
    private static func results(
        _ site: RunningSite, limit: Duration = .seconds(4), nodeLimit: Duration = .seconds(1),
        after second: @escaping @Sendable () async throws -> Void
    ) async throws -> [CaseResult] {
        var run = ConformanceRun(
            target: site.target, cases: [oneCase("a/1"), oneCase("a/2", second), oneCase("a/3"), oneCase("a/4")],
            claims: ClaimSheet(), seed: 1, parallelism: 1)
        run.silenceLimits = .init(balancer: limit, node: nodeLimit)
        return try await run.run().results
    }

    @Test func `a balancer that is gone while the nodes live fails the next case, and leaves the others undecided`()
        async throws
    {
        try await Self.site { site in
            let results = try await Self.results(site, nodeLimit: .seconds(30)) { try await site.proxy.shutdown() }
            #expect(results.map(\.verdict) == [.pass, .pass, .fail, .inconclusive])
            #expect(results[2].findings.map(\.code) == [.balancerSilent])
            #expect(results[3].reason == "the balancer has answered nothing since a/3")
        }
    }

    @Test(arguments: [1, 2])
    func `a balancer is not to blame while a node is silent too`(silentNodes count: Int) async throws {
        try await Self.site { site in
            let results = try await Self.results(site) {
                try await site.stopNodes(count)
                if count == 1 { try await site.proxy.shutdown() }
            }
            #expect(results[0].verdict == .pass)
            for result in results.suffix(2) {
                #expect(result.verdict == .inconclusive)
                #expect(result.findings.isEmpty)
                #expect(
                    site.controls.suffix(count).contains {
                        result.reason.contains("no node answers at control address \($0)")
                    },
                    "\(result.reason)")
            }
        }
    }

    @Test func `a balancer has its time for nodes that come back`() async throws {
        try await Self.site { site in
            let back = Mutex<Task<Void, any Error>?>(nil)
            let results = try await Self.results(site, limit: .seconds(2), nodeLimit: .seconds(30)) {
                try await site.stopNodes(2)
                // Away for longer than the balancer may be silent, and back well before the run renews its leases, of which
                // nodes that were started anew know nothing.
                let task = Task {
                    try await Task.sleep(for: .seconds(2.5))
                    try await site.startNodes()
                }
                back.withLock { $0 = task }
            }
            try await back.withLock(\.self)?.value
            // The second case lacks what its nodes would have told.
            #expect(
                results.map(\.verdict) == [.pass, .inconclusive, .pass, .pass], "\(results.map(\.reason))")
        }
    }
}
