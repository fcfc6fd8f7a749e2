import History
import Testing

@testable import Verdicts

@Suite("Checkers of single requests: sessions open, upgrades arrive, polls and sends succeed")
struct RequestCheckerTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var judge: @Sendable (HistoryView) -> Judgement
        var codes: [FindingCode]
        var isDoubtful: Bool
        var write: @Sendable (inout HistoryBuilder) -> Void

        init(
            _ rule: String, _ judge: @escaping @Sendable (HistoryView) -> Judgement, _ codes: [FindingCode] = [],
            isDoubtful: Bool = false, _ write: @escaping @Sendable (inout HistoryBuilder) -> Void
        ) {
            testDescription = rule
            self.judge = judge
            self.codes = codes
            self.isDoubtful = isDoubtful
            self.write = write
        }
    }

    static let attempts: [Row] = {
        let judge = AttemptChecker().judge
        return [
            Row("an attempt that opens is right", judge) { $0.attempted("opened") },
            Row("an attempt that fails is a violation", judge, [.sessionNotOpened]) { $0.attempted("http status 500") },
            Row("an info that is answered 200 is right", judge) { $0.exchange("1", "info") },
            Row("an info that is refused keeps the session shut", judge, [.sessionNotOpened]) {
                $0.exchange("1", "info", status: 503)
            },
            Row("an info that fails keeps the session shut", judge, [.sessionNotOpened]) {
                $0.sent("1", "info")
                $0.failed("1", .connectFailed)
            },
            Row("an info without an end is a doubt", judge, isDoubtful: true) { $0.sent("1", "info") },
            Row("a nonsensical length does no harm", judge, [.sessionNotOpened, .sessionNotOpened]) {
                $0.attempted("late", milliseconds: .max)
                $0.attempted("early", milliseconds: .min)
            },
        ]
    }()

    static let upgrades: [Row] = {
        let judge = UpgradeChecker().judge
        return [
            Row("101 is right", judge) { $0.exchange("1", "upgrade", status: 101) },
            Row("200 is a violation", judge, [.upgradeNotForwarded]) { $0.exchange("1", "upgrade", status: 200) },
            Row("no answer is a violation", judge, [.upgradeNotForwarded]) {
                $0.sent("1", "upgrade")
                $0.failed("1")
            },
            Row("one 101 does not excuse the other", judge, [.upgradeNotForwarded]) {
                $0.exchange("1", "upgrade", status: 101)
                $0.exchange("2", "upgrade", status: 400)
            },
            Row("an upgrade without an end is a doubt", judge, isDoubtful: true) { $0.sent("1", "upgrade") },
            Row("other requests are not judged", judge) { $0.exchange("1", "refusal", status: 403) },
        ]
    }()

    static let failures: [Row] = {
        let judge = FailedRequestChecker().judge
        return [
            Row("200 and 204 are success", judge) {
                $0.exchange("1", "poll", status: 200)
                $0.exchange("2", "send", status: 204)
            },
            Row("404 is a failure", judge, [.requestFailed]) { $0.exchange("1", "poll", status: 404) },
            Row("a failed send is a failure", judge, [.requestFailed]) {
                $0.sent("1", "send")
                $0.failed("1")
            },
            Row("a poll under way at the end is none", judge) { $0.sent("1", "poll") },
            Row("other requests are not judged", judge) { $0.exchange("1", "info", status: 500) },
        ]
    }()

    static let openings: [Row] = {
        let judge = OpenedSessionsChecker(least: 2).judge
        return [
            Row("two sessions on two nodes are right", judge) {
                $0.opened("a", on: "n1")
                $0.opened("b", on: "n2")
            },
            Row("all on one node can't tell", judge, isDoubtful: true) {
                $0.opened("a", on: "n1")
                $0.opened("b", on: "n1")
            },
            Row("fewer than asked for can't tell", OpenedSessionsChecker(least: 3).judge, isDoubtful: true) {
                $0.opened("a", on: "n1")
                $0.opened("b", on: "n2")
            },
            Row(
                "two connections of one session are one session", OpenedSessionsChecker(least: 3).judge,
                isDoubtful: true
            ) {
                $0.opened("a", on: "n1")
                $0.opened("a", epoch: 2, on: "n2")
                $0.opened("b", on: "n2")
            },
            Row("nodes without a name can't tell", judge, isDoubtful: true) {
                $0.opened("a", on: nil)
                $0.opened("b", on: nil)
            },
            Row("none at all can't tell", judge, isDoubtful: true) { _ in },
            Row("an opening that is refused is a violation", judge, [.sessionNotOpened]) {
                $0.opened("a")
                $0.exchange("1", "poll-open", session: "b", status: 500)
            },
            Row("an opening that fails is a violation", judge, [.sessionNotOpened]) {
                $0.sent("1", "poll-open", session: "b")
                $0.failed("1", .timedOut)
            },
            Row("an opening without an end is a doubt", judge, isDoubtful: true) {
                $0.opened("a")
                $0.sent("1", "poll-open", session: "b")
            },
        ]
    }()

    @Test("Rule", arguments: attempts + upgrades + failures + openings)
    func rule(_ row: Row) {
        let judgement = row.judge(HistoryBuilder(row.write).history.view)
        #expect(judgement.codes == row.codes)
        #expect((judgement.doubt != nil) == row.isDoubtful)
        // None of these is evidence that a balancer does its work.
        #expect(judgement.observations == 0)
    }

    @Test(
        "Only a request that our own deadline ended has a deadline to excuse",
        arguments: [
            (RequestFailure.timedOut, true), (.connectFailed, false), (.closedEarly, false), (.malformed, false),
        ])
    func deadlines(_ failure: RequestFailure, _ isDeadline: Bool) throws {
        let history = HistoryBuilder { events in
            for label in ["upgrade", "poll", "poll-open", "info"] {
                events.at(0)
                events.sent(label, RequestLabel(label))
                events.at(5_000)
                events.failed(label, failure)
            }
        }.history
        let judges = [
            AttemptChecker().judge, UpgradeChecker().judge, FailedRequestChecker().judge,
            OpenedSessionsChecker(least: 2).judge,
        ]
        for judge in judges {
            let finding = try #require(judge(history.view).findings.first)
            #expect(finding.deadline == (isDeadline ? HistoryBuilder.moment(0)...HistoryBuilder.moment(5_000) : nil))
        }
    }
}
