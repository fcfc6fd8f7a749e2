import History
import Lab
import Verdicts

extension ConformanceRun {
    /// How long nothing may come through before a case, which a fault before it may have brought about.
    struct SilenceLimits: Sendable {
        /// How long the balancer may let nothing through while all nodes live.
        var balancer = Duration.seconds(15)
        /// How long a node may be away.
        var node = Duration.seconds(15)
    }

    /// As long as a returned node is given in the case that asks for it.
    private static let settleLimit = Duration.seconds(20)

    /// Who did not answer before the last case.
    private enum Lost {
        /// The balancer, first before this case.
        case balancer(since: CaseDescription)
        /// A node.
        case node
    }

    /// What was silent for long need not be waited for again; but a balancer whose nodes return gets its time.
    private func silence(of site: BenchSite, after lost: Lost?) async -> Silence? {
        let (balancer, node): (Duration, Duration) =
            switch lost {
            case nil: (silenceLimits.balancer, silenceLimits.node)
            case .node?: (silenceLimits.balancer, .zero)
            case .balancer?: (.zero, .zero)
            }
        return await site.silence(within: balancer, ofNodesWithin: node)
    }

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
        var lost: Lost?
        func runNext(_ index: Int, earlier: String? = nil) async -> CaseRun {
            defer { isAfterFault = cases[index].description.schedule.company == .alone }
            if isAfterFault { await site.settle(on: reachable, within: Self.settleLimit) }
            let nothing = RunHistory(events: [])
            switch await silence(of: site, after: lost) {
            case nil: break
            case _ where Task.isCancelled: break
            case .ofNode(let words)?:
                lost = .node
                return recorded(index, nothing.ended(.broken("nothing was let through, and \(words)")))
            case .ofBalancer(let words)?:
                if case .balancer(let first)? = lost {
                    return recorded(
                        index, nothing.ended(.broken("the balancer has answered nothing since \(first.id)")))
                }
                lost = .balancer(since: cases[index].description)
                return recorded(index, nothing.ended(.unserved(words)))
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
