import Stickler
import Testing

/// What a project that ships a balancer's configuration has in its tests; here the balancer is the reference proxy.
@Suite struct ReferenceProxyTests {
    @Test func `sessions stick, and survive the death of their node`() async throws {
        let report = try await Verification(cases: ["stickiness/polling-same-node", "failover/kill-moves-sessions"])
            .run().report

        for failure in report.failures { Issue.record("\(failure.failureText)") }
        #expect(report.conclusion == .pass)
    }

    /// A test for each case; the record of a run that failed goes with its test, for `stickler judge`.
    @Test(.serialized, arguments: try Verification(cases: ["upgrade/*", "sockjs/info"]).cases)
    func `the balancer does what a case states`(_ one: CaseDescription) async throws {
        let outcome = try await Verification(cases: [one.id]).run()
        for failure in outcome.report.failures {
            Attachment.record(Array(try outcome.history.jsonLines()), named: "history.jsonl")
            Issue.record("\(failure.failureText)")
        }
    }

    /// What a failure looks like: this proxy sets no affinity cookie on a 101.
    @Test func `a broken balancer fails with evidence and remedy`() async throws {
        let report = try await Verification(
            .reference(mutant: "no-cookie-on-101"), cases: ["stickiness/websocket-first", "sockjs/info"]
        ).run().report

        withKnownIssue {
            for failure in report.failures { Issue.record("\(failure.failureText)") }
        } matching: { issue in
            let text = issue.comments.map(\.rawValue).joined()
            return text.hasPrefix("FAIL stickiness/websocket-first\n") && text.contains("session-moved: ")
                && text.contains("remedy: Behavior.affinity.cookie.isOnUpgrade")
        }
        #expect(report.conclusion == .violations)
        #expect(report.failures.map(\.description.id) == ["stickiness/websocket-first"])
    }
}
