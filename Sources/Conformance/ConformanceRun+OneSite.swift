import History
import Lab
import Verdicts

extension ConformanceRun {
    /// As long as a returned node is given in the case that asks for it.
    private static let settleLimit = Duration.seconds(20)
    /// How long a balancer may answer nothing of ours before a case, which a fault before it may have brought about.
    private static let silenceLimit = Duration.seconds(15)

    /// Runs cases one after another in front of nodes and a balancer that already run, and at the end once more those
    /// that decided nothing and are worth it.
    func runOnOneSite(
        _ planned: [Int], _ loops: BenchLoops, _ progress: Progress, _ end: RunEnd
    ) async throws(LabError) -> [CaseRun] {
        guard !planned.isEmpty else { return [] }
        let site = try await BenchSite.start(target, loops: loops)
        var runs: [CaseRun] = []
        let reachable = await site.nodesReached(byClients: BenchSite.probeCount)
        var isAfterFault = false
        var lost: CaseDescription?
        func runNext(_ index: Int, earlier: String? = nil) async -> CaseRun {
            defer { isAfterFault = cases[index].description.isDisruptive }
            if isAfterFault { await site.settle(on: reachable, within: Self.settleLimit) }
            // What was silent for long need not be waited for again.
            if let silence = await site.silence(within: lost == nil ? Self.silenceLimit : .zero), !Task.isCancelled {
                let nothing = RunHistory(events: [])
                if let lost {
                    return recorded(
                        index, nothing.ended(.broken("the balancer has answered nothing since \(lost.id)")))
                }
                lost = cases[index].description
                return recorded(index, nothing.ended(.unserved(silence)))
            }
            lost = nil
            return await run(index, on: site, progress, end, earlier: earlier)
        }
        func settle(_ run: CaseRun) {
            progress.finished(run.result)
            runs.append(run)
        }
        var undecided: [CaseRun] = []
        for index in planned {
            let run = await runNext(index)
            if run.isUndecided { undecided.append(run) } else { settle(run) }
        }
        let (again, settled) = worthRepeating(undecided)
        settled.forEach(settle)
        for first in again {
            let second = await runNext(first.index, earlier: first.reasonToRepeat)
            settle(second.isCutOff && Task.isCancelled ? first : second)
        }
        await site.shutdown()
        return runs
    }
}
