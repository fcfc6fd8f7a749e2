import History
import Lab
import Verdicts

extension ConformanceRun {
    /// Runs cases several at a time, each on a site of its own.
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
            func finish(_ run: CaseRun) {
                progress.finished(run.result)
                runs.append(run)
                startNext()
            }
            var runs: [CaseRun] = []
            var failures: [(index: Int, error: LabError)] = []
            for _ in 0..<parallelism { startNext() }
            for await (index, outcome) in group {
                switch outcome {
                case .success(let run): finish(run)
                case .failure(let error): failures.append((index, error))
                }
                guard !runs.isEmpty else { continue }
                for failure in failures { finish(notServed(failure.index, failure.error)) }
                failures = []
            }
            return failures.first.map { .failure($0.error) } ?? Result<[CaseRun], LabError>.success(runs)
        }
        return try outcome.get()
    }

    private func runAlone(
        _ index: Int, _ loops: BenchLoops, _ progress: Progress, _ end: RunEnd
    ) async -> Result<CaseRun, LabError> {
        if Task.isCancelled { return .success(cutOff(index, end)) }
        do throws(LabError) {
            let timeScale = cases[index].description.usesScaledTime ? target.timeScale : 1
            let site = try await BenchSite.start(target, loops: loops, timeScale: timeScale)
            let run = await run(index, on: site, progress, end)
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
