import Foundation
import Testing

@testable import Stickler

@Suite struct FailureTextTests {
    static func result(
        _ verdict: Verdict, level: CaseDescription.Level = .must, findings: [Finding] = [], remedy: String? = nil
    ) -> CaseResult {
        CaseResult(
            description: CaseDescription(
                id: "area/\(verdict)-\(level)", title: "t", level: level, features: [.fallback], proves: "It holds.",
                findings: [.sessionMoved]), verdict: verdict, reason: "for a reason", findings: findings,
            remedy: remedy)
    }

    static func report(_ cases: [CaseResult]) -> RunReport {
        RunReport(
            target: RunReport.Target(kind: .reference, name: "x", config: "y", claims: []), startedAt: Date(),
            durationSeconds: 0, seed: 1, cases: cases)
    }

    @Test func `failures are what failed and the musts that could not be told`() {
        let report = Self.report(
            Verdict.allCases.flatMap { verdict in
                [CaseDescription.Level.must, .should].map { Self.result(verdict, level: $0) }
            })
        #expect(
            report.failures.map(\.description.id) == [
                "area/fail-must", "area/fail-should", "area/inconclusive-must",
            ])
    }

    @Test func `the text holds case, statement, findings with evidence, and remedy`() {
        let result = Self.result(
            .fail,
            findings: [
                Finding(.sessionMoved, "it moved", evidence: ["+0.001 s here", "+0.002 s there"]),
                Finding(.sessionMoved, "it stuck"),
            ], remedy: "turn the knob")
        #expect(
            result.failureText == """
                FAIL area/fail-must
                  It holds.
                  session-moved: it moved
                      +0.001 s here
                      +0.002 s there
                  session-moved: it stuck
                  remedy: turn the knob
                """)
    }

    @Test func `without a finding the text gives the reason`() {
        #expect(
            Self.result(.inconclusive).failureText == "INCONCLUSIVE area/inconclusive-must\n  It holds.\n  for a reason"
        )
    }
}
