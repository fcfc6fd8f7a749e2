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
            findings: history.exchanges.contains { $0.failure != nil } ? [Finding(.requestFailed, "it failed")] : [])
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
}
