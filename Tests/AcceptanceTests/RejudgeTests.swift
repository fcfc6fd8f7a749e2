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

/// The judges on histories of earlier runs, kept in `fixtures/histories`.
struct RecordedVerdictTests {
    @Test(
        arguments: [
            ("kill-moves-sessions", Verdict.pass, []),
            ("kill-moves-sessions-dead-node-kept", .fail, [FindingCode.sessionNotMoved]),
            ("message-sizes", .pass, []),
            ("message-sizes-corrupts-large-frames", .fail, [.payloadAltered]),
            ("polling-same-node", .inconclusive, []),
            ("polling-same-node-affinity-table-too-small", .fail, [.sessionMoved]),
        ])
    func `a recorded run is judged as it was`(_ name: String, verdict: Verdict, codes: [FindingCode]) throws {
        let data = try Data(contentsOf: Fixtures.directory.appendingPathComponent("histories/\(name).jsonl"))
        let file = try HistoryFile(jsonLines: data)
        for id in file.header.plan {
            let one = try #require(CaseCatalog.named(id))
            let history = try #require(file.runs[id])
            let result = CaseJudge(description: one.description, judge: one.judge).result(of: history)
            #expect(result.verdict == verdict, "\(result.reason)")
            #expect(Set(result.findings.map(\.code)) == Set(codes))
        }
    }
}
