import ReferenceNode
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
            outcome = .success(try await body(try await TestBench(site: site, caseID: "lab/test", seed: 1)))
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
            await bench.directClient(to: node).request("GET", "/whoami", RequestPlan(label: RequestLabel("direct")))
            bench.phase(RunPhase.balancer)
            await bench.client().request("GET", "/whoami", RequestPlan(label: RequestLabel("front")))
            return try await bench.finish()
        }
        #expect(history.events.prefix(3).map(\.actor) == [.node("n1"), .node("n2"), .node("n3")])
        #expect(history.view.exchanges.map(\.sent.label.rawValue) == ["direct", "front"])
        #expect(history.view.exchanges.map(\.executions.count) == [1, 1])
        for exchange in history.view.exchanges {
            #expect(exchange.response?.status == 200)
            #expect(exchange.executions.map(\.nodeID) == [exchange.response?.nodeID])
        }
        #expect(history.view.exchanges.first?.response?.nodeID == "n3")
        #expect(history.view.phase(RunPhase.control).exchanges.map(\.sent.label.rawValue) == ["direct"])
        #expect(history.view.phase(RunPhase.balancer).exchanges.map(\.sent.label.rawValue) == ["front"])
    }

    @Test("Logs that several ask for at once are moved into the history once")
    func simultaneousCollections() async throws {
        let history = try await Self.bench { bench in
            for number in 1...20 {
                await bench.client().request("GET", "/whoami", RequestPlan(label: RequestLabel("r\(number)")))
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 1...8 { group.addTask { try await bench.collectNodeLogs() } }
                try await group.waitForAll()
            }
            return try await bench.finish()
        }
        #expect(history.view.exchanges.map(\.executions.count) == Array(repeating: 1, count: 20))
    }

    @Test("Clients have names, addresses and jars of their own")
    func clients() async throws {
        try await Self.bench { bench in
            let clients = (0..<20).map { _ in bench.client() }
            #expect(Set(clients.map(\.name)).count == 20)
            #expect(clients.allSatisfy { $0.name.hasPrefix("\(CaseSeed("lab/test", seed: 1).prefix).c") })
            #expect(Set(clients.compactMap(\.source)).count == 20)
            await clients[0].request("GET", "/whoami", RequestPlan(label: RequestLabel("x")))
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
            let whileKilled = await client.request("GET", "/whoami", RequestPlan(label: RequestLabel("while-killed")))
            #expect(whileKilled.status == nil)
            let history = try await bench.finish()
            let afterwards = await client.request("GET", "/whoami", RequestPlan(label: RequestLabel("afterwards")))
            #expect(afterwards.status == 200)
            return history
        }
        let kill = try #require(history.view.fault(.kill))
        let healing = try #require(history.view.healing(of: .kill))
        let request = try #require(history.view.exchanges.first)
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

@Suite("No fault outlives a run, and no run begins with one")
struct FaultCleaningTests {
    @Test("A cancelled injection is carried through, so that what became of it is known")
    func cancelledInjection() async throws {
        try await TestBenchTests.bench { bench in
            let node = try #require(bench.node("n2"))
            let injection = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                try await bench.inject(.kill, on: node)
            }
            try await injection.value
            #expect(try await node.status().faults == [.kill])
            _ = try await bench.finish()
            #expect(try await node.status().faults == [])
        }
    }

    @Test("A fault that another one ended does not keep the others from being healed")
    func endedFault() async throws {
        try await TestBenchTests.bench { bench in
            try await bench.inject(.refuseUpgrade, on: bench.nodes[0])
            try await bench.inject(.hang, on: bench.nodes[1])
            try await bench.inject(.kill, on: bench.nodes[1])
            let history = try await bench.finish()
            for node in bench.nodes { #expect(try await node.status().faults == []) }
            #expect(history.view.healing(of: .refuseUpgrade) != nil)
        }
    }

    @Test("Nodes that are broken already are refused, with how to heal them")
    func brokenBefore() async throws {
        try await TestBenchTests.bench { bench in
            let site = bench.site
            let node = bench.nodes[2]
            try await node.inject(.unhealthy)
            let remedy = "stickler heal --node \(node.control)"
            let ofBench = await #expect(throws: LabError.self) {
                try await TestBench(site: site, caseID: "lab/test", seed: 1)
            }
            #expect(ofBench?.description.contains(remedy) == true)
            let ofSite = await #expect(throws: LabError.self) {
                try await BenchSite.start(
                    .running(
                        front: site.front.endpoint, host: site.front.host, pathPrefix: "",
                        controls: bench.nodes.map(\.control)), loops: site.loops)
            }
            #expect(ofSite?.description.contains(remedy) == true)
            try await node.heal(.unhealthy)
            _ = try await bench.finish()
        }
    }

    @Test(
        "Clients of nodes that outlive the run are called otherwise in the next one, so that they draw other sessions")
    func names() async throws {
        try await TestBenchTests.bench { bench in
            let own = bench.site
            let site = try await BenchSite.start(
                .running(
                    front: own.front.endpoint, host: own.front.host, pathPrefix: "",
                    controls: bench.nodes.map(\.control)), loops: own.loops)
            var names: [String] = []
            for _ in 1...2 {
                let again = try await TestBench(site: site, caseID: "lab/test", seed: 1)
                let client = again.client()
                names.append(client.name)
                await client.request("GET", "/whoami", RequestPlan(label: RequestLabel("x")))
                _ = try await again.finish()
            }
            #expect(Set(names).count == 2)
            await site.shutdown()
            _ = try await bench.finish()
        }
    }
}
