import Fleet
import History
import StickyProxy
import Testing
import Verdicts

@testable import Lab

@Suite("A bench is nodes, a balancer, clients and the history of what they did")
struct TestBenchTests {
    static func bench<Value>(
        _ body: (TestBench) async throws -> Value
    ) async throws -> Value {
        let loops = BenchLoops()
        let site = try await BenchSite.start(.reference(.reference, []), loops: loops)
        let outcome: Result<Value, any Error>
        do {
            outcome = .success(try await body(try await TestBench(site: site, number: 3, seed: 1)))
        } catch {
            outcome = .failure(error)
        }
        await site.shutdown()
        try await loops.shutdown()
        return try outcome.get()
    }

    @Test("The history names the cast, then what clients and nodes did with each request")
    func requests() async throws {
        let history = try await Self.bench { bench in
            bench.phase(RunPhase.control)
            let node = try #require(bench.nodes.last)
            await bench.directClient(to: node).request("GET", "/whoami", RequestPlan(label: "direct"))
            bench.phase(RunPhase.balancer)
            await bench.client().request("GET", "/whoami", RequestPlan(label: "front"))
            return try await bench.finish()
        }
        #expect(history.events.prefix(3).map(\.actor) == [.node("n1"), .node("n2"), .node("n3")])
        #expect(history.exchanges.map(\.sent.label) == ["direct", "front"])
        #expect(history.exchanges.map(\.executions.count) == [1, 1])
        for exchange in history.exchanges {
            #expect(exchange.response?.status == 200)
            #expect(exchange.executions.map(\.nodeID) == [exchange.response?.nodeID])
        }
        #expect(history.exchanges.first?.response?.nodeID == "n3")
        #expect(history.phase(RunPhase.control).exchanges.map(\.sent.label) == ["direct"])
        #expect(history.phase(RunPhase.balancer).exchanges.map(\.sent.label) == ["front"])
    }

    @Test("Clients have names, addresses and jars of their own")
    func clients() async throws {
        try await Self.bench { bench in
            let clients = (0..<20).map { _ in bench.client() }
            #expect(Set(clients.map(\.name)).count == 20)
            #expect(clients.allSatisfy { $0.name.hasPrefix("k3.c") })
            #expect(Set(clients.compactMap(\.source)).count == 20)
            await clients[0].request("GET", "/whoami", RequestPlan(label: "x"))
            #expect(!clients[0].cookies.isEmpty)
            #expect(clients[1].cookies.isEmpty)
            _ = try await bench.finish()
        }
    }

    @Test("A fault may have been in force from its injection on, and what is broken at the end is healed")
    func faults() async throws {
        let history = try await Self.bench { bench in
            let node = try #require(bench.node("n2"))
            try await bench.inject(.kill, on: node)
            let client = bench.directClient(to: node)
            let whileKilled = await client.request("GET", "/whoami", RequestPlan(label: "while-killed"))
            #expect(whileKilled.status == nil)
            let history = try await bench.finish()
            let afterwards = await client.request("GET", "/whoami", RequestPlan(label: "afterwards"))
            #expect(afterwards.status == 200)
            return history
        }
        let kill = try #require(history.fault("kill"))
        let healing = try #require(history.healing(of: "kill"))
        let request = try #require(history.exchanges.first)
        #expect(kill.nodeID == "n2")
        #expect(healing.nodeID == "n2")
        #expect(kill.time <= request.sentAt && request.sentAt <= healing.time)
        let boots = history.events.compactMap { event -> String? in
            guard event.actor == .node("n2"), case .nodeStarted(let started) = event.kind else { return nil }
            return started.bootID
        }
        #expect(Set(boots).count == 2)
    }

    @Test("Two nodes of one id are refused, with what to do")
    func sameID() async throws {
        let loops = BenchLoops()
        let site = try await BenchSite.start(.reference(.reference, []), loops: loops)
        let control = try #require(site.nodes.first).control
        let error = await #expect(throws: LabError.self) {
            try await BenchSite.start(
                .running(
                    front: site.front.endpoint, host: site.front.host, pathPrefix: "", controls: [control, control]),
                loops: loops)
        }
        #expect(error?.description.contains("start each with its own --id") == true)
        await site.shutdown()
        try await loops.shutdown()
    }
}
