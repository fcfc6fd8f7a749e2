import History
import Lab
import Verdicts

/// Runs cases against a target: each on a site of its own where the target can be had more than once, else one after
/// the other.
public struct ConformanceRun: Sendable {
    /// What to put under test.
    public var target: BenchTarget
    /// The cases, in the order in which they are reported.
    public var cases: [ConformanceCase]
    /// What the balancer claims.
    public var claims: ClaimSheet
    /// Cases that run whether their features are claimed or not.
    public var forced: Set<String>
    /// Seed of the clients' randomness.
    public var seed: UInt64
    /// How many cases run at once, where they don't share a site.
    public var parallelism: Int
    /// Longest time a case may take; beyond it it is cut off as inconclusive.
    public var caseLimit: Duration

    /// Results and what they were concluded from.
    public struct Outcome: Sendable {
        /// Results in the order of the cases.
        public var results: [CaseResult]
        /// Histories by case id.
        public var histories: [String: RunHistory]
        /// Version of the balancer in its own words.
        public var balancerVersion: String?
    }

    /// A run.
    public init(
        target: BenchTarget, cases: [ConformanceCase], claims: ClaimSheet, forced: Set<String> = [], seed: UInt64,
        parallelism: Int = 4, caseLimit: Duration = .seconds(120)
    ) {
        self.target = target
        self.cases = cases
        self.claims = claims
        self.forced = forced
        self.seed = seed
        self.parallelism = max(1, parallelism)
        self.caseLimit = caseLimit
    }

    /// As long as a returned node is given in the case that asks for it.
    private static let settleLimit = Duration.seconds(20)

    private struct CaseRun: Sendable {
        var index: Int
        var result: CaseResult
        var history: RunHistory?
        var balancerVersion: String?
    }

    /// Runs all; `progress` is told each result as it comes.
    ///
    /// Throws when the target can't be had at all; a bench that breaks in the middle makes its case inconclusive.
    public func run(
        progress: @escaping @Sendable (CaseResult) -> Void = { _ in }
    ) async throws(LabError) -> Outcome {
        let loops = BenchLoops()
        let outcome: Result<[CaseRun], LabError>
        do throws(LabError) {
            outcome = .success(try await runAll(loops, progress))
        } catch {
            // An interruption may come before a first case could begin.
            outcome = Task.isCancelled ? .success(cases.indices.map(interrupted)) : .failure(error)
        }
        do {
            try await loops.shutdown()
        } catch {
            throw .notStarted("the event loops did not end: \(error)")
        }
        let runs = try outcome.get().sorted { $0.index < $1.index }
        return Outcome(
            results: runs.map(\.result),
            histories: Dictionary(
                uniqueKeysWithValues: runs.compactMap { run in run.history.map { (run.result.description.id, $0) } }),
            balancerVersion: runs.lazy.compactMap(\.balancerVersion).first)
    }

    private func runAll(
        _ loops: BenchLoops, _ progress: @escaping @Sendable (CaseResult) -> Void
    ) async throws(LabError) -> [CaseRun] {
        var done: [CaseRun] = []
        var planned: [Int] = []
        for (index, one) in cases.enumerated() {
            if let objection = claims.objection(to: one.description), !forced.contains(one.description.id) {
                let result = CaseResult(description: one.description, verdict: .unsupported, reason: objection)
                progress(result)
                done.append(CaseRun(index: index, result: result))
            } else {
                planned.append(index)
            }
        }
        if case .running = target { return try await done + runOnOneSite(planned, loops, progress) }
        // The long ones first, so that none is left alone at the end.
        planned.sort {
            (cases[$0].description.isDisruptive ? 0 : 1, $0) < (cases[$1].description.isDisruptive ? 0 : 1, $1)
        }
        return try await done + runApart(planned, loops, progress)
    }

    private func runOnOneSite(
        _ planned: [Int], _ loops: BenchLoops, _ progress: @Sendable (CaseResult) -> Void
    ) async throws(LabError) -> [CaseRun] {
        guard !planned.isEmpty else { return [] }
        let site = try await BenchSite.start(target, loops: loops)
        var runs: [CaseRun] = []
        let reachable = await site.nodesReached(byClients: BenchSite.probeCount)
        var isAfterFault = false
        for index in planned {
            if isAfterFault { await site.settle(on: reachable, within: Self.settleLimit) }
            let run = await run(index, on: site)
            progress(run.result)
            runs.append(run)
            isAfterFault = cases[index].description.isDisruptive
        }
        await site.shutdown()
        return runs
    }

    private func runApart(
        _ planned: [Int], _ loops: BenchLoops, _ progress: @escaping @Sendable (CaseResult) -> Void
    ) async throws(LabError) -> [CaseRun] {
        let outcome = await withTaskGroup(of: Result<CaseRun, LabError>.self) { group in
            var waiting = planned[...]
            func startNext() {
                guard let index = waiting.popFirst() else { return }
                group.addTask { await runAlone(index, loops) }
            }
            for _ in 0..<parallelism { startNext() }
            var runs: [CaseRun] = []
            for await outcome in group {
                switch outcome {
                case .success(let run):
                    progress(run.result)
                    runs.append(run)
                    startNext()
                case .failure(let error):
                    group.cancelAll()
                    await group.waitForAll()
                    return Result<[CaseRun], LabError>.failure(error)
                }
            }
            return .success(runs)
        }
        return try outcome.get()
    }

    private func runAlone(_ index: Int, _ loops: BenchLoops) async -> Result<CaseRun, LabError> {
        if Task.isCancelled { return .success(interrupted(index)) }
        do throws(LabError) {
            let site = try await BenchSite.start(target, loops: loops)
            let run = await run(index, on: site)
            await site.shutdown()
            return .success(run)
        } catch {
            return Task.isCancelled ? .success(interrupted(index)) : .failure(error)
        }
    }

    private func interrupted(_ index: Int) -> CaseRun {
        CaseRun(
            index: index,
            result: CaseResult(
                description: cases[index].description, verdict: .inconclusive, reason: CaseResult.interrupted))
    }

    private func run(_ index: Int, on site: BenchSite) async -> CaseRun {
        let one = cases[index]
        let started = ContinuousClock.now
        if Task.isCancelled { return interrupted(index) }
        var result: CaseResult
        var history: RunHistory?
        do {
            let bench = try await TestBench(site: site, number: index + 1, seed: seed)
            let interruption = await workload(one, on: bench)
            // A task of its own, which an interruption does not reach: faults must be healed all the same.
            let recorded = try await Task { try await bench.finish() }.value
            history = recorded
            result = CaseJudge(description: one.description, judge: one.judge)
                .result(of: recorded, interruption: interruption)
        } catch {
            result = CaseResult(
                description: one.description, verdict: .inconclusive, reason: "the bench broke: \(error)")
        }
        result.durationSeconds = (ContinuousClock.now - started).inSeconds
        if result.verdict == .fail || result.verdict == .warning {
            result.remedy = claims.remedy(for: one.description)
        }
        return CaseRun(index: index, result: result, history: history, balancerVersion: site.balancerVersion)
    }

    /// Runs both passes; tells why they did not come to their end, if they did not.
    private func workload(_ one: ConformanceCase, on bench: TestBench) async -> String? {
        await withTaskGroup(of: String?.self) { group in
            group.addTask {
                do {
                    if one.description.hasControl, let node = bench.nodes.first {
                        bench.phase(RunPhase.control)
                        try await one.workload(CaseStage(bench: bench, controlNode: node))
                    }
                    bench.phase(RunPhase.balancer)
                    try await one.workload(CaseStage(bench: bench))
                    return Task.isCancelled ? CaseResult.interrupted : nil
                } catch {
                    return "\(error)"
                }
            }
            group.addTask {
                do {
                    try await ContinuousClock().sleep(for: caseLimit)
                    return "the case took longer than \(caseLimit.inWords)"
                } catch {
                    // Cancelled: the workload came to its end first, or the whole run was interrupted.
                    return CaseResult.interrupted
                }
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            await group.waitForAll()
            return first
        }
    }
}
