import History
import Testing

@testable import Verdicts

@Suite("Running out of descriptors is our trouble, never a failure of the balancer")
struct ExhaustionTests {
    static let judge = CaseJudge(
        description: CaseDescription(
            id: "a/b", title: "t", features: [], proves: "p.", findings: [.requestFailed])
    ) { history in
        Judgement(
            observations: 1,
            findings: history.exchanges.contains { $0.failure != nil }
                ? [Finding(.requestFailed, "it failed")] : [])
    }

    @Test(
        "A connection that we could not begin takes the verdict of its case; one that was refused does not",
        arguments: [
            (RequestFailure.exhausted, Verdict.inconclusive), (.connectFailed, .fail), (.closedEarly, .fail),
            (.timedOut, .fail),
        ])
    func verdicts(_ failure: RequestFailure, _ verdict: Verdict) {
        let history = HistoryBuilder { builder in
            builder.phase(RunPhase.balancer)
            builder.sent("r1")
            builder.failed("r1", failure)
        }.history
        let result = Self.judge.result(of: history)
        #expect(result.verdict == verdict, "\(result.reason)")
        #expect(result.reason.contains("ulimit -n") == (verdict == .inconclusive))
    }

    @Test(
        "A node or the reference proxy without a descriptor left takes the verdict of its case",
        arguments: [(HistoryActor.node("n1"), "node n1 had no"), (.lab, "the reference proxy had no")])
    func shortages(_ actor: HistoryActor, _ words: String) {
        let history = HistoryBuilder { builder in
            builder.phase(RunPhase.balancer)
            builder.sent("r1")
            builder.event(actor, .shortage(Shortage(detail: "a client: no more")))
            builder.failed("r1", .timedOut)
        }.history
        let result = Self.judge.result(of: history)
        #expect(result.verdict == .inconclusive)
        #expect(result.reason.hasPrefix(words), "\(result.reason)")
    }
}
