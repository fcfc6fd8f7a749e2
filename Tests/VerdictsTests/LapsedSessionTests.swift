import History
import Testing

@testable import Verdicts

struct LapsedSessionTests {
    /// A session of n1 whose client is silent for so long, and then sends what this node answers with 404.
    private static func history(silence: Int64, by node: String = "n1", rebooted: Bool = false) -> RunHistory {
        HistoryBuilder { events in
            events.exchange("o", "poll-open")
            events.opened()
            events.at(100)
            events.exchange("p", "poll")
            events.at(100 + silence)
            events.sent("send", "send")
            events.event(
                .client("c"),
                .responseReceived(
                    ResponseReceived(
                        requestID: "send", status: 404, nodeID: node, bootID: rebooted ? "\(node).2" : "\(node).1",
                        headers: [])))
        }.history
    }

    private static let judge = CaseJudge(
        description: CaseDescription(
            id: "a/b", title: "", features: [], proves: "", findings: [.sessionMoved, .requestFailed]),
        judge: StickinessChecker().judge)

    @Test func `who is silent for longer than SockJS keeps a session has lost it by itself`() {
        let result = Self.judge.result(of: Self.history(silence: 5_500))
        #expect(result.verdict == .inconclusive)
        #expect(result.findings.isEmpty)
        #expect(result.reason.contains("our own clients were silent for up to 5.5 s"), "\(result.reason)")
    }

    @Test(arguments: [
        history(silence: 4_000), history(silence: 5_500, by: "n2"), history(silence: 5_500, rebooted: true),
    ])
    func `a session that its owner must know, or that went to another, counts`(_ history: RunHistory) {
        #expect(Self.judge.result(of: history).verdict == .fail)
    }

    @Test func `what befell other sessions counts all the same`() {
        let other = HistoryBuilder { events in
            events.exchange("x", "poll-open", session: "t")
            events.opened("t")
            events.at(10)
            events.exchange("y", "poll", session: "t", status: 404, by: "n2")
        }.history
        let both = RunHistory(events: Self.history(silence: 5_500).events + other.events)
        let result = Self.judge.result(of: both)
        #expect(result.verdict == .fail)
        #expect(result.findings.count == 1)
    }
}
