import Claims
import Foundation
import Verdicts

/// A report with a case of every verdict.
enum SampleReport {
    static func description(
        _ id: String, _ level: CaseDescription.Level = .must
    ) -> CaseDescription {
        CaseDescription(
            id: id, title: "Title of \(id)", level: level, features: [.pollingStickiness], proves: "Proves \(id).",
            findings: [.sessionMoved])
    }

    static let violation = Finding(.sessionMoved, "it moved", evidence: ["+0.001 s first", "+0.002 s second"])

    static let cases = [
        CaseResult(
            description: description("upgrade/passes"), verdict: .pass, reason: "3 observations",
            durationSeconds: 1.23456),
        CaseResult(
            description: description("stickiness/fails"), verdict: .fail, reason: "it moved", durationSeconds: 0.5,
            findings: [violation], remedy: "polling-stickiness: cookie SRV insert"),
        CaseResult(
            description: description("failover/warns", .should), verdict: .warning, reason: "it moved",
            findings: [violation]),
        CaseResult(
            description: description("failover/informs", .may), verdict: .info, reason: "it moved",
            findings: [violation]),
        CaseResult(description: description("recovery/unsupported"), verdict: .unsupported, reason: "not claimed"),
        CaseResult(description: description("fallback/unobservable"), verdict: .unobservable, reason: "unseen"),
        CaseResult(
            description: description("tunnel/inconclusive"), verdict: .inconclusive, reason: "nothing was observed"),
    ]

    static func report(
        _ cases: [CaseResult] = SampleReport.cases, name: String = "nginx", version: String? = "1.22.1",
        config: String = "default"
    ) -> RunReport {
        RunReport(
            target: .init(
                kind: .balancer, name: name, version: version, config: config, claims: [.fallback, .recovery]),
            startedAt: Date(timeIntervalSince1970: 1_700_000_000), durationSeconds: 12.3456, seed: .max,
            timeScale: 0.5, cases: cases)
    }

    /// What a peer could send to be mistaken for something else.
    static let hostile = "<a b=\"c\">&amp;]]>'\u{0}\u{1b}[2J\u{7f}\u{fffe}\r\n\té😀\u{202e}"

    static let hostileReport = report(
        [
            CaseResult(
                description: description("a/hostile"), verdict: .fail, reason: hostile,
                findings: [Finding(.requestFailed, hostile, evidence: [Evidence(hostile)])], remedy: hostile),
            CaseResult(description: description("a/b"), verdict: .inconclusive, reason: hostile),
            CaseResult(description: description("a/c"), verdict: .unsupported, reason: hostile),
            CaseResult(
                description: description("a/d"), verdict: .warning, reason: hostile, findings: [violation]),
        ], name: hostile, version: hostile, config: hostile)
}
