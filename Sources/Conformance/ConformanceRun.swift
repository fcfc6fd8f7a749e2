import Clocks
package import Claims
package import History
package import Lab
package import Verdicts
package import Wire

/// Runs cases against a target: each on a site of its own where the target can be had more than once, else one after
/// the other.
package struct ConformanceRun: Sendable {
    /// What to put under test.
    package var target: BenchTarget
    /// The cases, in the order in which they are reported.
    package var cases: [ConformanceCase]
    /// What the balancer claims.
    package var claims: ClaimSheet
    /// Cases that run whether their features are claimed or not.
    package var forced: Set<String>
    /// Seed of the clients' randomness.
    package var seed: UInt64
    /// How many cases run at once, where they don't share a site.
    package var parallelism: Int
    /// Longest time a case may take; beyond it it is cut off as inconclusive.
    package var caseLimit: Duration
    /// Longest time the whole run may take; what is not done by then is inconclusive.
    package var timeLimit: Duration
    /// The apps behind the nodes that are started, one for each; none where there are none.
    package var apps: [Endpoint]
    /// How long nothing may come through before a case, where all share one site.
    var silenceLimits = SilenceLimits()

    /// What is told while a run goes on.
    package struct Progress: Sendable {
        /// A case begins.
        package var started: @Sendable (CaseDescription) -> Void
        /// A case is done.
        package var finished: @Sendable (CaseResult) -> Void

        /// Tells nothing that is not asked for.
        package init(
            started: @escaping @Sendable (CaseDescription) -> Void = { _ in },
            finished: @escaping @Sendable (CaseResult) -> Void = { _ in }
        ) {
            self.started = started
            self.finished = finished
        }
    }

    /// Results and what they were concluded from.
    package struct Outcome: Sendable {
        /// Results in the order of the cases.
        package var results: [CaseResult]
        /// Histories by case id.
        package var histories: [String: RunHistory]
        /// Version of the balancer in its own words.
        package var balancerVersion: String?
    }

    /// A run.
    package init(
        target: BenchTarget, cases: [ConformanceCase], claims: ClaimSheet, forced: Set<String> = [], seed: UInt64,
        parallelism: Int = 4, caseLimit: Duration = .seconds(120), timeLimit: Duration = .seconds(1_200),
        apps: [Endpoint] = []
    ) {
        self.target = target
        self.cases = cases
        self.claims = claims
        self.forced = forced
        self.seed = seed
        self.parallelism = max(1, parallelism)
        self.caseLimit = caseLimit
        self.timeLimit = timeLimit
        self.apps = apps
    }

    struct CaseRun: Sendable {
        var index: Int
        var result: CaseResult
        var history: RunHistory
        var balancerVersion: String?

        /// Whether it decided nothing, and was the first run of its case.
        var isUndecided: Bool { result.verdict == .inconclusive && history.end?.earlier == nil }

        /// Whether it came to its end without meeting with what the case asks about.
        var isUnlucky: Bool {
            guard isUndecided, case .completed? = history.end?.ending else { return false }
            return history.view.starvation == nil
        }

        /// Why it is run once more.
        var reasonToRepeat: String { history.view.starvation ?? result.reason }

        /// Whether it was ended with the whole run.
        var isCutOff: Bool {
            if case .cutOff? = history.end?.ending { return true }
            return false
        }
    }

    /// Runs all; `progress` is told each result as it comes.
    ///
    /// Throws when the target can't be had at all; a bench that breaks in the middle makes its case inconclusive, and a
    /// balancer that no longer answers fails it.
    package func run(progress: Progress = Progress()) async throws(LabError) -> Outcome {
        let loops = BenchLoops()
        let end = RunEnd()
        let work = Task { () async -> Result<[CaseRun], LabError> in
            do throws(LabError) {
                return .success(try await runAll(loops, progress, end))
            } catch {
                // An interruption may come before a first case could begin.
                return Task.isCancelled ? .success(cases.indices.map { cutOff($0, end) }) : .failure(error)
            }
        }
        let timer = Task {
            // Cancelled: the run came to its end first.
            guard (try? await MonotonicClock().sleep(for: timeLimit)) != nil else { return }
            end.come(.timeLimit(timeLimit))
            work.cancel()
        }
        let outcome = await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            end.come(.interrupted)
            work.cancel()
        }
        timer.cancel()
        do {
            try await loops.shutdown()
        } catch {
            throw .notStarted("the event loops did not end: \(error)")
        }
        let runs = try outcome.get().sorted { $0.index < $1.index }
        return Outcome(
            results: runs.map(\.result),
            histories: Dictionary(
                uniqueKeysWithValues: runs.map { ($0.result.description.id, $0.history) }),
            balancerVersion: runs.lazy.compactMap(\.balancerVersion).first)
    }

    private func runAll(
        _ loops: BenchLoops, _ progress: Progress, _ end: RunEnd
    ) async throws(LabError) -> [CaseRun] {
        var done: [CaseRun] = []
        var planned: [Int] = []
        for (index, one) in cases.enumerated() {
            if let objection = claims.objection(to: one.description), !forced.contains(one.description.id) {
                let run = recorded(index, RunHistory(events: []).ended(.unsupported(objection)))
                progress.finished(run.result)
                done.append(run)
            } else {
                planned.append(index)
            }
        }
        if case .running = target { return try await done + runOnOneSite(planned, loops, progress, end) }
        // The long ones first, so that none is left alone at the end.
        planned.sort {
            (-cases[$0].description.schedule.seconds, $0) < (-cases[$1].description.schedule.seconds, $1)
        }
        return try await done + runApart(planned, loops, progress, end)
    }

    /// More cases without a verdict than this are no bad luck of ours: the balancer lets them see nothing.
    private static let mostUnlucky = 3

    /// Of the cases that decided nothing those to run once more, apart from all others: where our own machine was too
    /// busy, and where few of a run did not meet with what they ask about.
    func worthRepeating(_ undecided: [CaseRun]) -> (again: [CaseRun], settled: [CaseRun]) {
        let isLuck = undecided.count(where: \.isUnlucky) <= Self.mostUnlucky
        func isWorthIt(_ run: CaseRun) -> Bool { run.history.view.starvation != nil || isLuck && run.isUnlucky }
        return (undecided.filter(isWorthIt), undecided.filter { !isWorthIt($0) })
    }

    func cutOff(_ index: Int, _ end: RunEnd) -> CaseRun {
        recorded(index, RunHistory(events: []).ended(.cutOff(end.reason)))
    }

    /// What the record of a case says.
    func recorded(_ index: Int, _ history: RunHistory, balancerVersion: String? = nil) -> CaseRun {
        let one = cases[index]
        let result = CaseJudge(description: one.description, judge: one.judge)
            .result(ofRecorded: history, claims: claims)
        return CaseRun(index: index, result: result, history: history, balancerVersion: balancerVersion)
    }

    /// - Parameter earlier: what kept a first run of the case from deciding anything.
    func run(
        _ index: Int, on site: BenchSite, _ progress: Progress, _ end: RunEnd, earlier: String? = nil
    ) async -> CaseRun {
        let one = cases[index]
        let started = MonotonicClock.now
        if Task.isCancelled { return cutOff(index, end) }
        progress.started(one.description)
        var history = RunHistory(events: [])
        var ending: CaseEnd.Ending
        do {
            let bench = try await TestBench(
                site: site, caseID: one.description.id, seed: seed, scope: claims.scope, faults: claims.faults)
            let interruption = await workload(one, on: bench, end)
            // A task of its own, which an interruption does not reach: faults must be healed all the same.
            history = try await Task { try await bench.finish() }.value
            ending = interruption.map { .cutOff($0) } ?? .completed
        } catch {
            ending = Task.isCancelled ? .cutOff(end.reason) : .broken("the bench broke: \(error)")
        }
        return recorded(
            index, history.ended(ending, seconds: (MonotonicClock.now - started).inSeconds, earlier: earlier),
            balancerVersion: site.balancerVersion)
    }

    /// Runs both passes; tells why they did not come to their end, if they did not.
    private func workload(_ one: ConformanceCase, on bench: TestBench, _ end: RunEnd) async -> String? {
        await withTaskGroup(of: String?.self) { group in
            group.addTask {
                do {
                    if one.description.hasControl, let node = bench.nodes.first {
                        bench.phase(RunPhase.control)
                        try await one.workload(CaseStage(bench: bench, controlNode: node))
                    }
                    bench.phase(RunPhase.balancer)
                    try await one.workload(CaseStage(bench: bench))
                    return Task.isCancelled ? end.reason : nil
                } catch {
                    return Task.isCancelled ? end.reason : "\(error)"
                }
            }
            group.addTask {
                do {
                    try await MonotonicClock().sleep(for: caseLimit)
                    return "the case took longer than \(caseLimit.inWords)"
                } catch {
                    // Cancelled: the workload came to its end first, or the whole run was interrupted.
                    return end.reason
                }
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            await group.waitForAll()
            return first
        }
    }
}
