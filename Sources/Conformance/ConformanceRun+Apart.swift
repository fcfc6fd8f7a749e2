import History
import Lab
import Verdicts

extension ConformanceRun {
    /// Runs cases several at a time, each on a site of its own, and at the end once more, one after another, those that
    /// decided nothing and are worth it.
    ///
    /// Throws when no site could be had. Once one was, a site that can't costs its own case.
    func runApart(
        _ planned: [Int], _ loops: BenchLoops, _ progress: Progress, _ end: RunEnd
    ) async throws(LabError) -> [CaseRun] {
        let outcome = await withTaskGroup(of: (index: Int, run: Result<CaseRun, LabError>).self) { group in
            var waiting = planned[...]
            func startNext() {
                guard let index = waiting.popFirst() else { return }
                group.addTask { (index, await runAlone(index, loops, progress, end)) }
            }
            var runs: [CaseRun] = []
            func settle(_ run: CaseRun) {
                progress.finished(run.result)
                runs.append(run)
            }
            var undecided: [CaseRun] = []
            func finish(_ run: CaseRun) {
                if run.isUndecided { undecided.append(run) } else { settle(run) }
                startNext()
            }
            var failures: [(index: Int, error: LabError)] = []
            for _ in 0..<parallelism { startNext() }
            for await (index, outcome) in group {
                switch outcome {
                case .success(let run): finish(run)
                case .failure(let error): failures.append((index, error))
                }
                guard !runs.isEmpty || !undecided.isEmpty else { continue }
                for failure in failures { finish(notServed(failure.index, failure.error)) }
                failures = []
            }
            let (again, settled) = worthRepeating(undecided)
            settled.forEach(settle)
            for first in again { settle(await repeated(first, loops, progress, end)) }
            return failures.first.map { .failure($0.error) } ?? Result<[CaseRun], LabError>.success(runs)
        }
        return try outcome.get()
    }

    /// A second run of a case, or the first where there can't be one.
    private func repeated(
        _ first: CaseRun, _ loops: BenchLoops, _ progress: Progress, _ end: RunEnd
    ) async -> CaseRun {
        let second = await runAlone(first.index, loops, progress, end, earlier: first.reasonToRepeat)
        guard case .success(let run) = second, !(run.isCutOff && Task.isCancelled) else { return first }
        return run
    }

    private func runAlone(
        _ index: Int, _ loops: BenchLoops, _ progress: Progress, _ end: RunEnd, earlier: String? = nil
    ) async -> Result<CaseRun, LabError> {
        if Task.isCancelled { return .success(cutOff(index, end)) }
        do throws(LabError) {
            let timeScale = cases[index].description.schedule.clock == .scaled ? target.timeScale : 1
            let site = try await BenchSite.start(
                target, loops: loops, timeScale: timeScale, apps: apps)
            let run = await run(index, on: site, progress, end, earlier: earlier)
            await site.shutdown()
            return .success(run)
        } catch {
            return Task.isCancelled ? .success(cutOff(index, end)) : .failure(error)
        }
    }

    /// The record of a case whose site could not be had although others could.
    private func notServed(_ index: Int, _ error: LabError) -> CaseRun {
        let nothing = RunHistory(events: [])
        guard error.isSilence else {
            return recorded(index, nothing.ended(.broken("its bench did not start: \(error)")))
        }
        return recorded(index, nothing.ended(.unserved("\(error)")))
    }
}
