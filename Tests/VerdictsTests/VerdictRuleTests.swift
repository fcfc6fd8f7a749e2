import Claims
import Foundation
import History
import Testing

@testable import Verdicts

@Suite("A judgement becomes a verdict by the level of its case")
struct JudgementTests {
    static let violation = Finding(.sessionMoved, "it moved")

    @Test(
        "A violation weighs as its level says",
        arguments: [
            (CaseDescription.Level.must, Verdict.fail), (.should, .warning), (.may, .info),
        ])
    func levels(_ level: CaseDescription.Level, _ verdict: Verdict) {
        #expect(Judgement(observations: 1, findings: [Self.violation]).verdict(level: level).verdict == verdict)
    }

    @Test(
        "Zero observations are inconclusive, whatever the level",
        arguments: [
            CaseDescription.Level.must, .should, .may,
        ])
    func nothingSeen(_ level: CaseDescription.Level) {
        #expect(Judgement(observations: 0).verdict(level: level).verdict == .inconclusive)
        #expect(Judgement(observations: 1).verdict(level: level).verdict == .pass)
    }

    @Test("A doubt takes the pass, but not a violation that was seen")
    func doubt() {
        let doubtful = Judgement(observations: 9, doubt: "only one node")
        #expect(doubtful.verdict(level: .must) == (.inconclusive, "only one node"))
        let violated = Judgement(observations: 9, findings: [Self.violation], doubt: "only one node")
        #expect(violated.verdict(level: .must) == (.fail, "it moved"))
    }

    @Test("What can't be seen here is neither a pass nor a doubt, but a violation that was seen stays one")
    func unobservable() {
        let blind = Judgement(observations: 3, doubt: "hm", unobservable: "look elsewhere")
        for level in [CaseDescription.Level.must, .should, .may] {
            #expect(blind.verdict(level: level) == (.unobservable, "look elsewhere"))
        }
        let violated = Judgement(observations: 3, findings: [Self.violation], unobservable: "look elsewhere")
        #expect(violated.verdict(level: .must) == (.fail, "it moved"))
        #expect(Judgement.joining(Judgement(observations: 1), blind).unobservable == "look elsewhere")
        #expect(Judgement.joining(blind, Judgement(observations: 1)).unobservable == "look elsewhere")
    }

    @Test("The reason counts what there is")
    func reasons() {
        #expect(Judgement(observations: 1).verdict(level: .must).reason == "1 observation")
        #expect(Judgement(observations: 12).verdict(level: .must).reason == "12 observations")
        let three = Judgement(observations: 1, findings: [Self.violation, Self.violation, Self.violation])
        #expect(three.verdict(level: .must).reason == "it moved (and 2 more)")
    }

    @Test("Two judgements add up, and either's doubt stays")
    func sum() {
        let sum = Judgement.joining(
            Judgement(observations: 1, findings: [Self.violation]), Judgement(observations: 2, doubt: "hm"))
        #expect(sum == Judgement(observations: 3, findings: [Self.violation], doubt: "hm"))
    }
}

@Suite("A case is judged by its history alone")
struct CaseJudgeTests {
    /// A judge of polls, with or without a control.
    static func judge(_ level: CaseDescription.Level = .must, hasControl: Bool = false) -> CaseJudge {
        CaseJudge(
            description: CaseDescription(
                id: "area/slug", title: "", level: level, features: [], proves: "", findings: [],
                hasControl: hasControl),
            judge: { StickinessChecker().judge($0) })
    }

    static func history(
        control: String? = nil, balancer: String?, _ more: (inout HistoryBuilder) -> Void = { _ in }
    ) -> RunHistory {
        HistoryBuilder { events in
            for (phase, node) in [(RunPhase.control, control), (RunPhase.balancer, balancer)] {
                events.phase(phase)
                if let node {
                    events.opened(phase)
                    events.exchange(phase, session: phase, by: node)
                }
            }
            more(&events)
        }.history
    }

    @Test(
        "Without a control the pass through the balancer decides",
        arguments: [
            ("n1", .pass), ("n2", .fail), (nil, .inconclusive),
        ] as [(String?, Verdict)])
    func withoutControl(_ answeredBy: String?, _ verdict: Verdict) {
        #expect(Self.judge().result(of: Self.history(balancer: answeredBy)).verdict == verdict)
    }

    @Test("A should that is violated is a warning")
    func should() {
        #expect(Self.judge(.should).result(of: Self.history(balancer: "n2")).verdict == .warning)
    }

    @Test("A control that does not pass makes inconclusive what the balancer does", arguments: [nil, "n1", "n2"])
    func brokenControl(_ answeredBy: String?) {
        for control in [nil, "n2"] {
            for level in [CaseDescription.Level.must, .should, .may] {
                let result = Self.judge(level, hasControl: true).result(
                    of: Self.history(control: control, balancer: answeredBy))
                #expect(result.verdict == .inconclusive)
                #expect(result.reason.hasPrefix("straight to a node, without a balancer, the same failed: "))
            }
        }
    }

    @Test(
        "A control that passes leaves the verdict to the balancer",
        arguments: [
            ("n1", .pass), ("n2", .fail), (nil, .inconclusive),
        ] as [(String?, Verdict)])
    func goodControl(_ answeredBy: String?, _ verdict: Verdict) {
        let result = Self.judge(hasControl: true).result(of: Self.history(control: "n1", balancer: answeredBy))
        #expect(result.verdict == verdict)
    }

    @Test("What can't be seen is said of control and balancer alike, but not of a run that broke off")
    func unobservable() {
        for hasControl in [false, true] {
            let judge = CaseJudge(
                description: Self.judge(hasControl: hasControl).description,
                judge: { _ in Judgement(observations: 1, unobservable: "look elsewhere") })
            let result = judge.result(of: Self.history(control: "n1", balancer: "n1"))
            #expect(result.verdict == .unobservable)
            #expect(result.reason == "look elsewhere")
            let broken = judge.result(of: Self.history(control: "n1", balancer: "n1"), interruption: "interrupted")
            #expect(broken.verdict == .inconclusive)
        }
    }

    @Test("A truncated log is inconclusive, whatever seemed to happen", arguments: [nil, "n1", "n2"])
    func truncated(_ answeredBy: String?) {
        for actor in [HistoryActor.lab, .node("n1")] {
            let history = Self.history(balancer: answeredBy) { $0.truncated(actor) }
            let result = Self.judge().result(of: history)
            #expect(result.verdict == .inconclusive)
            #expect(result.reason == "a log was full, so the history is incomplete")
        }
    }

    @Test("An interrupted run is inconclusive, and shows what it found", arguments: [nil, "n1", "n2"])
    func interrupted(_ answeredBy: String?) {
        let result = Self.judge().result(of: Self.history(balancer: answeredBy), interruption: "interrupted")
        #expect(result.verdict == .inconclusive)
        #expect(result.reason == "interrupted")
        #expect(result.findings.map(\.code) == (answeredBy == "n2" ? [.sessionMoved] : []))
    }

    @Test("A run interrupted in its control says so, not that the node failed")
    func interruptedControl() {
        let history = HistoryBuilder { $0.phase(RunPhase.control) }.history
        let result = Self.judge(hasControl: true).result(of: history, interruption: "interrupted")
        #expect(result.verdict == .inconclusive)
        #expect(result.reason == "interrupted")
    }

    @Test("A deadline missed while we stood still is never a failure, in the control or behind it")
    func stalls() {
        let slow = HistoryBuilder { events in
            for (index, phase) in [RunPhase.control, RunPhase.balancer].enumerated() {
                events.at(Int64(index) * 10_000)
                events.phase(phase)
                events.opened(phase)
                events.exchange("\(phase)1", session: phase)
                events.sent("\(phase)2", session: phase)
                events.at(Int64(index) * 10_000 + 5_000)
                events.failed("\(phase)2", .timedOut)
                events.stall(700)
            }
        }.history
        #expect(Self.judge().result(of: slow).verdict == .inconclusive)
        #expect(Self.judge(hasControl: true).result(of: slow).verdict == .inconclusive)
    }
}

@Suite("Claims decide which cases apply, and give the remedy")
struct ClaimSheetTests {
    static let sheet = ClaimSheet(
        directives: [.distribution: "balance roundrobin", .pollingStickiness: "cookie SRV insert"],
        omissions: [.activeHealthCheck: .init(reason: "it has none", source: "its manual")])

    static func needing(_ features: [Feature]) -> CaseDescription {
        CaseDescription(id: "a/b", title: "", features: features, proves: "", findings: [])
    }

    @Test(
        "A case applies when every feature it needs is claimed",
        arguments: [
            ([], nil),
            ([Feature.distribution], nil),
            ([.pollingStickiness, .distribution], nil),
            ([.recovery], "recovery is not claimed"),
            ([.distribution, .activeHealthCheck], "active-health-check is not claimed: it has none (its manual)"),
        ] as [([Feature], String?)])
    func objections(_ features: [Feature], _ objection: String?) {
        #expect(Self.sheet.objection(to: Self.needing(features)) == objection)
    }

    @Test(
        "The remedy names the directives of the features in the case's own order",
        arguments: [
            ([], nil),
            ([Feature.recovery], nil),
            ([.pollingStickiness], "polling-stickiness: cookie SRV insert"),
            (
                [.pollingStickiness, .recovery, .distribution],
                "polling-stickiness: cookie SRV insert; distribution: balance roundrobin"
            ),
        ] as [([Feature], String?)])
    func remedies(_ features: [Feature], _ remedy: String?) {
        #expect(Self.sheet.remedy(for: Self.needing(features)) == remedy)
    }
}

@Suite("A run is concluded from its must-level cases and from what passed")
struct ConclusionTests {
    typealias Outcome = (level: CaseDescription.Level, verdict: Verdict)

    static let rows: [(outcomes: [Outcome], conclusion: RunReport.Conclusion)] = [
        ([], .incomplete),
        ([(.must, .pass)], .pass),
        ([(.may, .pass)], .pass),
        ([(.must, .unsupported)], .incomplete),
        ([(.must, .unobservable)], .incomplete),
        ([(.must, .pass), (.must, .unsupported), (.must, .unobservable)], .pass),
        ([(.must, .pass), (.should, .warning), (.may, .info)], .pass),
        ([(.should, .warning)], .incomplete),
        ([(.must, .pass), (.should, .inconclusive)], .pass),
        ([(.must, .pass), (.must, .inconclusive)], .incomplete),
        ([(.must, .pass), (.must, .fail)], .violations),
        ([(.must, .inconclusive), (.must, .fail)], .violations),
    ]

    @Test("Conclusion", arguments: rows)
    func conclusion(_ outcomes: [Outcome], _ conclusion: RunReport.Conclusion) {
        let report = RunReport(
            target: .init(kind: .reference, name: "", config: "", claims: []), startedAt: Date(), durationSeconds: 1,
            seed: 1,
            cases: outcomes.map { outcome in
                CaseResult(
                    description: CaseDescription(
                        id: "a/b", title: "", level: outcome.level, features: [], proves: "", findings: []),
                    verdict: outcome.verdict, reason: "")
            })
        #expect(report.conclusion == conclusion)
    }

    @Test("The codes are those of the contract")
    func codes() {
        #expect(RunReport.Conclusion.pass.rawValue == 0)
        #expect(RunReport.Conclusion.violations.rawValue == 1)
        #expect(RunReport.Conclusion.incomplete.rawValue == 4)
    }
}
