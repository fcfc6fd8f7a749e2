import History
import Testing

@testable import Verdicts

@Suite("After a fault its users are back on another node in time")
struct ReconnectCheckerTests {
    /// A user of n1 with a call behind it, when n1 is killed at one second.
    private static let killed: @Sendable (inout HistoryBuilder) -> Void = {
        $0.connects()
        $0.calls("1")
        $0.completes("1")
        $0.at(1_000)
        $0.fault(.kill)
        $0.closed()
    }

    static let rows = [
        HistoryRow("back at the first attempt", observations: 1) {
            killed(&$0)
            $0.at(1_050)
            $0.connects(epoch: 2, on: "n2")
        },
        HistoryRow("back at the third attempt", observations: 1) {
            killed(&$0)
            $0.at(6_500)
            $0.connects(epoch: 4, on: "n2")
        },
        HistoryRow("back at the fourth attempt only", [.reconnectedLate], observations: 1) {
            killed(&$0)
            $0.at(14_000)
            $0.connects(epoch: 5, on: "n2")
        },
        HistoryRow("not back", [.sessionNotMoved], observations: 1) { killed(&$0) },
        HistoryRow("back after the budget", [.sessionNotMoved], observations: 1) {
            killed(&$0)
            $0.at(21_001)
            $0.connects(epoch: 4, on: "n2")
        },
        HistoryRow("a carrier without connected is no way back", [.sessionNotMoved], observations: 1) {
            killed(&$0)
            $0.opened(epoch: 2, on: "n2")
        },
        HistoryRow("nor is the same boot", [.sessionNotMoved], observations: 1) {
            killed(&$0)
            $0.at(1_050)
            $0.connects(epoch: 2, on: "n1")
        },
        HistoryRow("users of other nodes are not asked", observations: 0) {
            $0.connects(on: "n2")
            $0.calls("1")
            $0.completes("1")
            $0.at(1_000)
            $0.fault(.kill)
        },
        HistoryRow("nor those who had no answer before", observations: 0) {
            $0.connects()
            $0.at(1_000)
            $0.fault(.kill)
        },
        HistoryRow("without the fault there is nothing to see", observations: 0) { $0.connects() },
    ]

    @Test(arguments: rows)
    func `the rule holds`(_ row: HistoryRow) {
        let checker = ReconnectChecker(fault: .kill, budget: .seconds(20), lastAttempt: 3)
        row.expect(checker.judge(HistoryBuilder(row.write).history))
    }

    @Test func `the note tells classes and times`() {
        let history = HistoryBuilder {
            Self.killed(&$0)
            $0.at(1_050)
            $0.connects(epoch: 2, on: "n2")
        }.history
        #expect(
            ReconnectChecker(fault: .kill, budget: .seconds(20)).judge(history).notes == [
                "back at once 1, at the third attempt 0, later 0",
                "median 50 ms and longest 50 ms after the end of the connection",
            ])
    }
}
