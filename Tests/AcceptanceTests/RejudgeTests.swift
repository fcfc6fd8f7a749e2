import Conformance
import Foundation
import History
import Stickler
import Testing
import Verdicts

/// Verdicts come from the history alone: a saved one is judged like the run.
@Suite(.tags(.slow))
struct RejudgeTests {
    @Test func `a history that went through its file gives the same verdicts and findings`() async throws {
        let outcome = try await Verification(
            .reference(mutant: "affinity-table-too-small"), cases: ["stickiness/*", "sockjs/*"]
        ).run()
        let read = try HistoryFile(jsonLines: outcome.history.jsonLines())
        for result in outcome.report.cases {
            let one = try #require(CaseCatalog.named(result.description.id))
            let history = try #require(read.runs[result.description.id])
            let again = CaseJudge(description: one.description, judge: one.judge).result(of: history)
            #expect(again.verdict == result.verdict)
            #expect(again.findings.map(\.message) == result.findings.map(\.message))
        }
        #expect(outcome.report.count(.fail) == 1)
    }
}
