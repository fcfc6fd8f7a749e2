import Balancers
import Claims
import Fleet
public import Foundation
import Lab
import Profiles
import NIOCore
import NIOPosix
import Stress
public import StressResults
import Verdicts
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
    private var target: StressResult.Target
    private let rawPath: String?
    private let mutant: String?
    private let profile: String?
    private let program: String?
    private let startAt: Date?
    /// What the balancer claims, for what to change.
    private let claims: ClaimSheet

    /// Seconds for which a start is waited for at most.
    private static let longestWait = 86_400.0

    /// What a run came to.
    public struct Outcome: Sendable {
        /// All there is to tell: what was measured and found, and what it had to keep.
        public var report: StressReport
        /// What was measured and found.
        public var result: StressResult { report.result }
        /// What a script should conclude.
        public var conclusion: StressConclusion { report.conclusion }
    }

    /// Prepares a run; nothing is started yet.
    ///
    /// - Parameters:
    ///   - target: what to put under load; the reference proxy unless told otherwise. A URL needs no nodes: then none is
    ///     broken, and what no answer tells is not judged.
    ///   - scenario: what is done.
    ///   - shard: which of its clients are ours.
    ///   - access: the name of the site and the fields of every request, where the balancer asks for them.
    ///   - program: path of the `stickler` program, by which the reference proxy and nodes become processes of their own
    ///     where one process may not have as many open files as all need together.
    ///   - startAt: when the clients are to begin, at most a day from now, so that shards begin together; nil for at once.
    ///   - rawPath: path of a WebSocket that sends back what it is sent, for the transport `raw-websocket`.
    /// - Throws: ``VerificationError/usage(_:)`` if a name, a file, an address or the scenario is wrong.
    public init(
        _ target: VerificationTarget = .reference(), _ scenario: StressScenario, shard: Shard = .whole,
        access: SiteAccess = .plain, program: String? = nil, rawPath: String? = nil,
        startAt: Date? = nil
    ) throws(VerificationError) {
        self.scenario = scenario
        self.program = program
        self.startAt = startAt
        if case .reference(let mutant) = target { self.mutant = mutant } else { mutant = nil }
        if case .profile(let name) = target { profile = name } else { profile = nil }
        self.shard = shard
        self.rawPath = rawPath
        do throws(ScenarioError) {
            try scenario.check()
        } catch {
            throw .usage("\(error)")
        }
        guard startAt.map({ abs($0.timeIntervalSinceNow) < Self.longestWait }) ?? true else {
            throw .usage("the start is more than a day from now; give the time at which all shards are to begin")
        }
        if case .url(let url, let controls, _) = target, controls.isEmpty {
            guard scenario.faults.isEmpty else {
                throw .usage("a fault needs the nodes: --node HOST:PORT, once for each, their control addresses")
            }
            let address = try SiteURL(url)
            bench = nil
            claims = ClaimSheet()
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
        let plan = try VerificationPlan(
            target, cases: [], declarations: Declarations(), apps: [], access: access,
            seed: scenario.seed)
        bench = plan.bench
        claims = plan.claims
        bare = nil
        self.target = StressResult.Target(
            name: plan.report.name, version: plan.report.version, config: plan.report.config, nodes: [])
        guard startsNodes else { return }
        self.target.config = "profile, nodes come and go \(StressEngine.scalingSpeed) times as fast as documented"
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
        try needs.provide(isOnLoopback: bare.map { $0.endpoint.host.hasPrefix("127.") } ?? true)
        let loops = BenchLoops()
        let outcome = await Self.result(of: self, loops, progress)
        // Nothing runs on them any more.
        try? await loops.shutdown()
        let result = try outcome.get()
        var report = StressReport(
            result, thresholds: scenario.thresholds, problem: result.isInterrupted ? interruption(result) : nil)
        report.remedies = claims.remedies(for: result)
        return Outcome(report: report)
    }

    private func interruption(_ result: StressResult) -> StressReport.Problem {
        let planned = scenario.seconds
        return StressReport.Problem(
            exitCode: StressReport.Problem.interruptedCode,
            message: "interrupted after \(Int(result.seconds.rounded())) of \(Int(planned.rounded())) s; "
                + "what was broken is healed, and what was seen so far stands")
    }

    private static func result(
        of run: StressRun, _ loops: BenchLoops, _ progress: @escaping @Sendable (StressProgress) -> Void
    ) async -> Result<StressResult, VerificationError> {
        let (processes, site): (SiteProcesses?, StressSite)
        do throws(LabError) {
            processes = try await run.processes()
            site = try await run.site(processes, loops)
        } catch {
            return .failure(VerificationError(error))
        }
        var target = run.target
        if case .bench(let bench) = site {
            target.nodes = bench.nodes.map(\.nodeID)
            target.version = bench.balancerVersion ?? target.version
            do throws(VerificationError) {
                try await run.checkOpenFiles(of: bench.nodes)
            } catch {
                await bench.shutdown()
                await processes?.stop()
                return .failure(error)
            }
        }
        var engine = StressEngine(
            run.scenario, shard: run.shard, target: target, rawPath: run.rawPath,
            startAt: run.startAt)
        engine.scalesNodes = run.startsNodes
        var result = await engine.run(on: site, progress: progress)
        let shortages =
            await site.shortages()
            + (processes?.shortage.map { [Exhaustion.sentence(of: Exhaustion.proxy, for: $0)] } ?? [])
        if case .bench(let bench) = site { await bench.shutdown() }
        await processes?.stop()
        if case .success(var seen) = result {
            seen.shortages += shortages
            result = .success(seen)
        }
        return result.mapError { VerificationError($0) }
    }

    /// Nodes and proxy as processes of their own, where that is needed.
    private func processes() async throws(LabError) -> SiteProcesses? {
        guard case .reference = bench, needs.place == .apart, let program, !startsNodes else { return nil }
        let named = profile.flatMap(Profile.named)
        return try await SiteProcesses.start(
            program: program, mutant: mutant, profile: named?.listeners?.http ?? profile,
            webSockets: named?.listeners?.webSockets)
    }

    private func site(_ processes: SiteProcesses?, _ loops: BenchLoops) async throws(LabError) -> StressSite {
        if let bare { return .bare(try await bare.reached(on: loops.clients.next())) }
        guard let bench = processes?.target ?? bench else { throw .notStarted("nothing to put under load") }
        do throws(LabError) {
            return .bench(try await BenchSite.start(bench, loops: loops, timeScale: 1))
        } catch {
            await processes?.stop()
            throw error
        }
    }

    /// Nodes in this process share its limit, which has been looked at.
    private func checkOpenFiles(of nodes: [NodeRemote]) async throws(VerificationError) {
        var limits: [(node: String, openFiles: Int)] = []
        for node in nodes {
            do throws(LabError) {
                if let limit = try await node.openFiles() { limits.append((node.nodeID, limit)) }
            } catch {
                throw VerificationError(error)
            }
        }
        try needs.check(limits, isOneBroken: !scenario.faults.isEmpty)
    }

    /// Whether nodes join and leave with the load.
    private var startsNodes: Bool { profile.flatMap(Profile.named)?.startsNodes ?? false }

    private var needs: StressNeeds {
        let kind: StressNeeds.Kind =
            switch bench {
            case .reference, .cluster: .reference
            case .balancer: .balancer
            case .running, nil: .elsewhere
            }
        // A cluster of ours is in this process, and so are nodes that are started as the load wants it.
        if startsNodes { return StressNeeds(scenario, shard, kind, hasProgram: false) }
        if case .cluster = bench { return StressNeeds(scenario, shard, kind, hasProgram: false) }
        return StressNeeds(scenario, shard, kind, hasProgram: program != nil)
    }
}
