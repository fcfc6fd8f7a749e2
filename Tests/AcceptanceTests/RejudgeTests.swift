import Conformance
import Foundation
import History
import Stickler
import TestSupport
import Testing
import Verdicts

/// Verdicts come from the record alone: a run that went through its file is judged again as it was.
@Suite(.tags(.slow))
struct RejudgeTests {
    @Test(arguments: [
        (VerificationTarget.reference(mutant: "affinity-table-too-small"), ["stickiness/*", "sockjs/*"]),
        (.balancer("nginx", config: "bare"), ["headers/h*", "failover/hung-node"]),
    ])
    func `all that a report says comes again`(_ target: VerificationTarget, _ cases: [String]) async throws {
        let outcome = try await Verification(target, cases: cases).run()
        #expect(outcome.report.count(.fail) > 0)
        #expect(outcome.report.count(.unsupported) > 0)
        try Self.expectAgain(outcome)
    }

    @Test func `an interrupted run is one again`() async throws {
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let run = Task {
            try await Verification(cases: ["sockjs/info", "ddp/*"]).run(started: { _ in begin.yield() })
        }
        for await _ in begun { break }
        run.cancel()
        let outcome = try await run.value
        #expect(outcome.report.exitCode == 130)
        #expect(outcome.report.count(.inconclusive) > 0)
        try Self.expectAgain(outcome)
    }

    private static func expectAgain(_ outcome: Verification.Outcome) throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).jsonl")
        defer { try? FileManager.default.removeItem(at: file) }
        try outcome.history.jsonLines().write(to: file)
        let again = try RecordedRun(contentsOf: file.path).report()
        #expect(again.exitCode == outcome.report.exitCode)
        let (first, second) = try (ReportFormat.json.data(outcome.report), ReportFormat.json.data(again))
        let lines = { (data: Data) in String(decoding: data, as: UTF8.self).split(separator: "\n") }
        let difference = zip(lines(first), lines(second)).first { $0 != $1 }
        #expect(difference?.0 == difference?.1)
        #expect(first == second)
    }
}

/// The judges on histories of earlier runs, kept in `fixtures/histories`.
struct RecordedVerdictTests {
    @Test(
        arguments: [
            ("kill-moves-sessions", Verdict.pass, []),
            ("kill-moves-sessions-dead-node-kept", .fail, ["session-not-moved"]),
            ("message-sizes", .pass, []),
            ("message-sizes-corrupts-large-frames", .fail, ["payload-altered"]),
            ("polling-same-node", .inconclusive, []),
            ("polling-same-node-affinity-table-too-small", .fail, ["session-moved"]),
        ])
    func `a recorded run is judged as it was`(_ name: String, verdict: Verdict, codes: [String]) throws {
        let path = Checkout.fixture("histories/\(name).jsonl").path
        let report = try RecordedRun(contentsOf: path).report()
        #expect(report.cases.count == 1)
        for result in report.cases {
            #expect(result.verdict == verdict, "\(result.reason)")
            #expect(Set(result.findings.map(\.code.rawValue)) == Set(codes))
        }
    }
}
