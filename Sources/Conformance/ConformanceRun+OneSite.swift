import History
import Lab
import Verdicts

extension ConformanceRun {
    /// As long as a returned node is given in the case that asks for it.
    private static let settleLimit = Duration.seconds(20)
    /// How long a balancer may answer nothing of ours before a case, which a fault before it may have brought about.
    private static let silenceLimit = Duration.seconds(15)

    /// Runs cases one after another in front of nodes and a balancer that already run, and at the end once more those
    /// in which our own machine was too busy to decide anything.
    func runOnOneSite(
        _ planned: [Int], _ loops: BenchLoops, _ progress: Progress, _ end: RunEnd
    ) async throws(LabError) -> [CaseRun] {
        guard !planned.isEmpty else { return [] }
        let site = try await BenchSite.start(target, loops: loops)
        var runs: [CaseRun] = []
        let reachable = await site.nodesReached(byClients: BenchSite.probeCount)
        var isAfterFault = false
        var lost: CaseDescription?
        var waiting = planned.map { (index: $0, first: CaseRun?.none) }[...]
        while let (index, first) = waiting.popFirst() {
            let description = cases[index].description
            if isAfterFault { await site.settle(on: reachable, within: Self.settleLimit) }
            var run: CaseRun
            // What was silent for long need not be waited for again.
            if let silence = await site.silence(within: lost == nil ? Self.silenceLimit : .zero), !Task.isCancelled {
                let nothing = RunHistory(events: [])
                if let lost {
                    run = recorded(
                        index, nothing.ended(.broken("the balancer has answered nothing since \(lost.id)")))
                } else {
                    run = recorded(index, nothing.ended(.unserved(silence)))
                    lost = description
                }
            } else {
                lost = nil
                run = await self.run(index, on: site, progress, end, earlier: first?.reasonToRepeat)
            }
            if let first, run.isCutOff, Task.isCancelled { run = first }
            if first == nil, run.reasonToRepeat != nil {
                waiting.append((index, run))
            } else {
                progress.finished(run.result)
                runs.append(run)
            }
            isAfterFault = description.isDisruptive
        }
        await site.shutdown()
        return runs
    }
}
