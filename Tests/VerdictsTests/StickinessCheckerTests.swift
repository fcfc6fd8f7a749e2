import History
import Testing

@testable import Verdicts

@Suite("Every request of a session is answered by the node that opened it")
struct StickinessCheckerTests {
    static let rows = [
        HistoryRow("answers of the owner are right, 204 too", observations: 2) {
            $0.opened()
            $0.exchange("1", "send", status: 204)
            $0.exchange("2", "poll", status: 200)
        },
        HistoryRow("an answer of another node is a move, even a good one", [.sessionMoved], observations: 1) {
            $0.opened()
            $0.exchange("1", by: "n2")
        },
        HistoryRow("an error of another node is a move, not just an error", [.sessionMoved], observations: 1) {
            $0.opened()
            $0.exchange("1", status: 404, by: "n2")
        },
        HistoryRow("an error of the owner is a failure", [.requestFailed], observations: 1) {
            $0.opened()
            $0.exchange("1", status: 500)
        },
        HistoryRow("an answer of no node is the balancer's own", [.requestFailed], observations: 1) {
            $0.opened()
            $0.exchange("1", status: 200, by: nil)
        },
        HistoryRow("a request that fails is a failure", [.requestFailed], observations: 1) {
            $0.opened()
            $0.sent("1")
            $0.failed("1")
        },
        HistoryRow("a request that failed at the owner did not move", [.requestFailed], observations: 1) {
            $0.opened()
            $0.sent("1")
            $0.executed("1", on: "n1")
            $0.failed("1")
        },
        HistoryRow("a request that failed at another node was moved", [.sessionMoved], observations: 1) {
            $0.opened()
            $0.sent("1")
            $0.executed("1", on: "n2")
            $0.failed("1")
        },
        HistoryRow("a request still under way at the end is no observation", observations: 0) {
            $0.opened()
            $0.sent("1")
        },
        HistoryRow("what follows a violation follows from it", [.sessionMoved], observations: 2) {
            $0.opened()
            $0.exchange("1")
            $0.exchange("2", by: "n2")
            $0.exchange("3", by: "n3")
        },
        HistoryRow("each session has its own owner", observations: 2) {
            $0.opened("a", on: "n1")
            $0.opened("b", on: "n2")
            $0.exchange("1", session: "a", by: "n1")
            $0.exchange("2", session: "b", by: "n2")
        },
        HistoryRow("requests with other labels are not judged", observations: 0) {
            $0.opened()
            $0.exchange("1", "info", by: "n2")
            $0.exchange("2", "poll-open", by: "n2")
        },
        HistoryRow("requests of no session are not judged", observations: 0) {
            $0.opened()
            $0.exchange("1", session: nil, by: "n2")
        },
        HistoryRow("no session, no observation", observations: 0) {
            $0.exchange("1")
        },
        HistoryRow("requests before the opening and after the end are not judged", observations: 1) {
            $0.exchange("0", by: "n3")
            $0.at(10)
            $0.opened()
            $0.exchange("1")
            $0.at(20)
            $0.closed()
            $0.at(30)
            $0.exchange("2", by: "n3")
        },
        HistoryRow("the request that ends a session is judged", [.requestFailed], observations: 1) {
            $0.opened()
            $0.at(20)
            $0.sent("1")
            $0.failed("1")
            $0.closed()
        },
        HistoryRow("a second connection may have another owner", observations: 2) {
            $0.opened(on: "n1")
            $0.exchange("1", by: "n1")
            $0.at(10)
            $0.closed()
            $0.at(20)
            $0.opened(epoch: 2, on: "n2")
            $0.exchange("2", by: "n2")
        },
        HistoryRow("a second connection ends the first, though nobody closed it", observations: 2) {
            $0.opened(on: "n1")
            $0.exchange("1", by: "n1")
            $0.at(20)
            $0.opened(epoch: 2, on: "n2")
            $0.exchange("2", by: "n2")
        },
        HistoryRow("a second connection of the same instant is no part of the first", observations: 1) {
            $0.opened(on: "n1")
            $0.at(10)
            $0.closed()
            $0.opened(epoch: 2, on: "n2")
            $0.exchange("2", by: "n2")
        },
        HistoryRow("a second connection is judged by its own owner", [.sessionMoved], observations: 1) {
            $0.opened(on: "n1")
            $0.at(10)
            $0.closed()
            $0.at(20)
            $0.opened(epoch: 2, on: "n2")
            $0.exchange("2", by: "n1")
        },
    ]

    @Test("Rule", arguments: rows)
    func rule(_ row: HistoryRow) {
        let judgement = StickinessChecker().judge(HistoryBuilder(row.write).history)
        #expect(judgement.codes == row.codes)
        #expect(judgement.observations == row.observations)
        #expect(judgement.doubt == nil)
    }

    @Test("A session whose node is unknown leaves a doubt")
    func unknownOwner() {
        let history = HistoryBuilder {
            $0.opened(on: nil)
            $0.exchange("1", by: "n2")
        }.history
        let judgement = StickinessChecker().judge(history)
        #expect(judgement.verdict(level: .must).verdict == .inconclusive)
    }

    @Test("Only the sessions, labels and connections asked for are judged")
    func selection() {
        let history = HistoryBuilder { events in
            for (index, session) in ["a", "b"].enumerated() {
                events.at(Int64(index))
                events.opened(session)
                events.exchange("\(session)1", "whoami", session: session, by: "n2")
            }
            events.at(5)
            events.opened("a", epoch: 2)
            events.exchange("a2", "whoami", session: "a", by: "n3")
        }.history
        func codes(_ checker: StickinessChecker) -> Int { checker.judge(history).findings.count }
        #expect(codes(StickinessChecker()) == 0)
        #expect(codes(StickinessChecker(labels: ["whoami"])) == 3)
        #expect(codes(StickinessChecker(labels: ["whoami"], sessions: ["b"])) == 1)
        #expect(codes(StickinessChecker(labels: ["whoami"], firstEpoch: 2)) == 1)
    }

    @Test("The findings are bounded, the observations all counted")
    func bound() {
        let history = HistoryBuilder { events in
            for number in 1...20 {
                events.opened("s\(number)")
                events.exchange("r\(number)", session: "s\(number)", by: "n2")
            }
        }.history
        let judgement = StickinessChecker().judge(history)
        #expect(judgement.findings.count == StickinessChecker.findingLimit)
        #expect(judgement.observations == 20)
    }

    @Test("Our own stall excuses a late answer, but not one from another node", arguments: [nil, "n1", "n2"])
    func stall(executedOn node: String?) {
        let history = HistoryBuilder { events in
            events.opened()
            events.sent("1")
            events.at(1_000)
            if let node { events.executed("1", on: node) }
            events.at(5_000)
            events.stall(600)
            events.failed("1", .timedOut)
        }.history
        let judgement = StickinessChecker().judge(history).excusingOwnStalls(in: history.view)
        #expect(judgement.codes == (node == "n2" ? [.sessionMoved] : []))
        #expect(judgement.verdict(level: .must).verdict == (node == "n2" ? .fail : .inconclusive))
    }

    @Test("The evidence shows the owner's answer and the other one")
    func evidence() throws {
        let history = HistoryBuilder {
            $0.opened()
            $0.exchange("0")
            $0.at(1_250)
            $0.exchange("1", by: "n2")
        }.history
        let finding = try #require(StickinessChecker().judge(history).findings.first)
        #expect(
            finding.evidence.map(\.line) == [
                "+0.000 s c POST /echo/000/abc/xhr -> 200 by n1", "+1.250 s c POST /echo/000/abc/xhr -> 200 by n2",
            ])
    }
}
