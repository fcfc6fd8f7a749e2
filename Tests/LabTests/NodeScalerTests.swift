import Clocks
import Fleet
import History
import StickyProxy
import Synchronization
import Testing

@testable import Lab

/// Real nodes, before which the reference proxy counts, follow a load of real requests.
@Suite("Nodes follow the load")
struct NodeScalerTests {
    /// Three nodes at least and four at most, by measurements that come every 50 ms; each is to have a request a second, so
    /// that what a busy machine can ask is too much.
    static let rules: ScalingRules = {
        var rules = ScalingRules().scaled(by: 1.0 / 1_200)
        (rules.target, rules.minimum, rules.maximum) = (1, 3, 4)
        rules.periodsBelow = 4
        return rules
    }()

    static func site<Value>(_ body: (BenchSite) async throws -> Value) async throws -> Value {
        let loops = BenchLoops()
        var behavior = Behavior.reference
        behavior.scaling = rules
        let site = try await BenchSite.start(.reference(behavior, []), loops: loops)
        let outcome: Result<Value, any Error>
        do {
            outcome = .success(try await body(site))
        } catch {
            outcome = .failure(error)
        }
        await site.shutdown()
        try await loops.shutdown()
        return try outcome.get()
    }

    /// Asks until this holds, or for half a minute.
    static func ask(_ site: BenchSite, until isMet: (ScalingTally) -> Bool, _ scaler: NodeScaler) async throws {
        let deadline = MonotonicClock.now + .seconds(30)
        var number = 0
        while !isMet(scaler.tally), MonotonicClock.now < deadline {
            number += 1
            let second = site.probe(number % 30 + 30)
            async let other = second.request("GET", "/whoami", RequestPlan(label: .probe, limit: .seconds(3)))
            await site.probe(number % 30).request("GET", "/whoami", RequestPlan(label: .probe, limit: .seconds(3)))
            _ = await other
        }
    }

    @Test("One joins under load, and leaves when the load has ended; all that was started is ended")
    func follows() async throws {
        let recorder = OperationLog()
        try await Self.site { site in
            let log = LoggedSite(site, recorder)
            let scaler = NodeScaler(Self.rules, on: log, nodes: site.nodes)
            let work = Task { await scaler.run() }
            try await Self.ask(site, until: { $0.joined == 1 }, scaler)
            #expect(scaler.tally.nodes == ["n1", "n2", "n3", "n4"])
            let deadline = MonotonicClock.now + .seconds(30)
            while scaler.tally.left == 0, MonotonicClock.now < deadline {
                // The pace of the question; a tally has no event to wait for.
                try await MonotonicClock().sleep(for: .milliseconds(20))
            }
            work.cancel()
            await work.value
            #expect(scaler.problem == nil)
            #expect(scaler.tally.nodes == ["n1", "n2", "n3"])
            #expect((scaler.tally.most, scaler.tally.joined, scaler.tally.left) == (4, 1, 1))
        }
        #expect(recorder.lines == ["start n4", "add n4", "drain n4", "remove n4", "end n4"])
    }

    @Test("Nothing joins while the load is what the nodes are to have")
    func rests() async throws {
        try await Self.site { site in
            var rules = Self.rules
            rules.target = 10_000
            let scaler = NodeScaler(rules, on: LoggedSite(site, OperationLog()), nodes: site.nodes)
            let work = Task { await scaler.run() }
            for number in 1...8 {
                await site.probe(number).request("GET", "/whoami", RequestPlan(label: .probe, limit: .seconds(3)))
                try await MonotonicClock().sleep(for: .milliseconds(60))
            }
            work.cancel()
            await work.value
            #expect(scaler.tally.joined == 0)
        }
    }

    @Test("The proxy counts what each node had, and checks of nodes are none of it")
    func counts() async throws {
        try await Self.site { site in
            let before = try await site.traffic().map(\.requests).reduce(0, +)
            for number in 1...9 {
                await site.probe(number).request("GET", "/whoami", RequestPlan(label: .probe, limit: .seconds(3)))
            }
            let traffic = try await site.traffic()
            #expect(traffic.map(\.requests).reduce(0, +) == before + 9)
            #expect(traffic.allSatisfy { $0.isServing && $0.underWay == 0 })
        }
    }

    @Test("What can't be done ends it, and is told")
    func problem() async throws {
        try await Self.site { site in
            let scaler = NodeScaler(
                Self.rules, on: LoggedSite(site, OperationLog(), refuses: true), nodes: site.nodes)
            let work = Task { await scaler.run() }
            try await Self.ask(site, until: { _ in scaler.problem != nil }, scaler)
            await work.value
            #expect(scaler.problem.map { "\($0)" } == "no more")
        }
    }
}

/// What was done, in order.
private final class OperationLog: Sendable {
    private let said = Mutex<[String]>([])
    var lines: [String] { said.withLock { $0 } }
    func add(_ line: String) { said.withLock { $0.append(line) } }
}

/// A site that keeps what was done, and may refuse to start nodes.
private struct LoggedSite: ScaledSite {
    let site: BenchSite
    let log: OperationLog
    let refuses: Bool

    init(_ site: BenchSite, _ log: OperationLog, refuses: Bool = false) {
        (self.site, self.log, self.refuses) = (site, log, refuses)
    }

    func traffic() async throws(LabError) -> [NodeTraffic] { try await site.traffic() }

    func startSpare() async throws(LabError) -> NodeRemote {
        if refuses { throw .notStarted("no more") }
        let node = try await site.startSpare().node
        log.add("start \(node.nodeID)")
        return node
    }

    func perform(_ operation: BalancerOperation) async throws(LabError) {
        log.add("\(operation.verb) \(operation.node?.nodeID ?? "")")
        try await site.perform(operation)
    }

    func endSpare(_ node: NodeRemote) async throws(LabError) {
        log.add("end \(node.nodeID)")
        await site.endSpare(node)
    }
}
