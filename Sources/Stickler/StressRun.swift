import Balancers
import Fleet
import Foundation
import Lab
import NIOCore
import Stress
public import StressResults
import Wire

/// Puts a balancer under the load of thousands of clients, and holds each of them to the rules of sessions.
///
/// ```swift
/// var scenario = StressScenario(clients: 500)
/// scenario.faults = [try ScheduledFault("kill n2 @10s for 10s")]
/// let outcome = try await StressRun(.balancer("nginx"), scenario).run()
/// #expect(outcome.conclusion == .pass)
/// ```
public struct StressRun: Sendable {
    /// What is done.
    public let scenario: StressScenario
    /// Which of its clients are ours.
    public let shard: Shard
    private let bench: BenchTarget?
    private let bare: VirtualClient.Target?
    private let target: StressResult.Target
    private let rawPath: String?

    /// What a run came to.
    public struct Outcome: Sendable {
        /// What was measured and found.
        public var result: StressResult
        /// What a script should conclude.
        public var conclusion: StressConclusion
    }

    /// Prepares a run; nothing is started yet.
    ///
    /// - Parameters:
    ///   - target: what to put under load; the reference proxy unless told otherwise. A URL needs no nodes: then none is
    ///     broken, and what no answer tells is not judged.
    ///   - scenario: what is done.
    ///   - shard: which of its clients are ours.
    ///   - access: the name of the site and the fields of every request, where the balancer asks for them.
    ///   - rawPath: path of a WebSocket that sends back what it is sent, for the transport `raw-websocket`.
    /// - Throws: ``VerificationError/usage(_:)`` if a name, a file, an address or the scenario is wrong.
    public init(
        _ target: VerificationTarget = .reference(), _ scenario: StressScenario, shard: Shard = .whole,
        access: SiteAccess = .plain, rawPath: String? = nil
    ) throws(VerificationError) {
        self.scenario = scenario
        self.shard = shard
        self.rawPath = rawPath
        do throws(ScenarioError) {
            try scenario.check()
        } catch {
            throw .usage("\(error)")
        }
        if case .url(let url, let controls, _) = target, controls.isEmpty {
            guard scenario.faults.isEmpty else {
                throw .usage("a fault needs the nodes: --node HOST:PORT, once for each, their control addresses")
            }
            let address = try SiteURL(url)
            bench = nil
            do {
                bare = access.target(
                    try Endpoint(parsing: "\(address.host):\(address.port)"), host: address.hostField,
                    pathPrefix: address.path)
            } catch {
                throw .usage("\(error)")
            }
            self.target = StressResult.Target(name: address.description, config: "a URL alone", nodes: [])
            return
        }
        let plan = try VerificationPlan(target, cases: [], declarations: Declarations(), apps: [], access: access)
        bench = plan.bench
        bare = nil
        self.target = StressResult.Target(
            name: plan.report.name, version: plan.report.version, config: plan.report.config, nodes: [])
    }

    /// What is about to be done, in a line.
    public var announcement: String {
        let part = shard == .whole ? "" : " (shard \(shard): \(shard.clients(of: scenario.clients).count) of them)"
        return "stressing \(target.name) (\(target.config)): \(Counted.words(scenario.clients, "client"))\(part)"
    }

    /// Runs the scenario.
    ///
    /// Cancelling the task ends the run early: what is under way comes to its end, and what was seen so far is the result.
    ///
    /// - Parameter progress: told of each second, on any thread.
    /// - Throws: ``VerificationError`` if the target can't be had.
    public func run(
        progress: @escaping @Sendable (StressProgress) -> Void = { _ in }
    ) async throws(VerificationError) -> Outcome {
        let loops = BenchLoops()
        let outcome = await Self.result(of: self, loops, progress)
        // Nothing runs on them any more.
        try? await loops.shutdown()
        let result = try outcome.get()
        return Outcome(result: result, conclusion: result.conclusion(scenario.thresholds))
    }

    private static func result(
        of run: StressRun, _ loops: BenchLoops, _ progress: @escaping @Sendable (StressProgress) -> Void
    ) async -> Result<StressResult, VerificationError> {
        do throws(LabError) {
            var target = run.target
            if let bare = run.bare {
                let engine = StressEngine(run.scenario, shard: run.shard, target: target, rawPath: run.rawPath)
                return .success(try await engine.run(on: .bare(try await bare.resolvedFront()), progress: progress))
            }
            guard let bench = run.bench else { return .failure(.usage("nothing to put under load")) }
            let site = try await BenchSite.start(bench, loops: loops, timeScale: 1)
            target.nodes = site.nodes.map(\.nodeID)
            target.version = site.balancerVersion ?? target.version
            let engine = StressEngine(run.scenario, shard: run.shard, target: target, rawPath: run.rawPath)
            do throws(LabError) {
                let result = try await engine.run(on: .bench(site), progress: progress)
                await site.shutdown()
                return .success(result)
            } catch {
                await site.shutdown()
                throw error
            }
        } catch {
            return .failure(VerificationError(error))
        }
    }
}
