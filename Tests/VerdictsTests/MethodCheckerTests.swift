import History
import Testing

@testable import Verdicts

@Suite("Every call has one outcome, in order, and only its client makes it run again")
struct MethodCheckerTests {
    static let rows = [
        HistoryRow("a call that comes back is right", observations: 1) {
            $0.connects()
            $0.calls("1")
            $0.executesCall("1")
            $0.completes("1")
        },
        HistoryRow("a call of another kind of session says nothing", observations: 0) {
            $0.opened()
            $0.calls("1")
        },
        HistoryRow("sent again on the next connection it may run twice", observations: 1) {
            $0.connects()
            $0.calls("1")
            $0.executesCall("1")
            $0.closed()
            $0.connects(epoch: 2, on: "n2")
            $0.calls("1", epoch: 2)
            $0.executesCall("1", on: "n2")
            $0.completes("1", epoch: 2)
        },
        HistoryRow("run more often than sent, somebody repeated it", [.methodReplayed], observations: 1) {
            $0.connects()
            $0.calls("1")
            $0.executesCall("1")
            $0.executesCall("1", on: "n2")
            $0.completes("1")
        },
        HistoryRow("an execution may bear an earlier time than its call", [.methodReplayed], observations: 1) {
            $0.connects()
            $0.executesCall("1")
            $0.executesCall("1")
            $0.calls("1")
            $0.completes("1")
        },
        HistoryRow("an outcome comes once", [.messageDuplicated], observations: 1) {
            $0.connects()
            $0.calls("1")
            $0.completes("1")
            $0.completes("1")
        },
        HistoryRow("results come in the order of the calls", [.messageReordered], observations: 2) {
            $0.connects()
            $0.calls("1")
            $0.at(1)
            $0.calls("2")
            $0.at(2)
            $0.completes("2")
            $0.at(3)
            $0.completes("1")
        },
        HistoryRow("no outcome while the client waits is a loss", [.methodLost], observations: 1) {
            $0.connects()
            $0.calls("1")
            $0.executesCall("1")
            $0.at(5_000)
            $0.leaves()
        },
        HistoryRow("a result without updated is half an outcome", [.methodLost], observations: 1) {
            $0.connects()
            $0.calls("1")
            $0.hearsDDP(#"{"msg":"result","id":"1","result":1}"#)
            $0.at(5_000)
            $0.leaves()
        },
        HistoryRow("a client that leaves early sees no loss", observations: 0) {
            $0.connects()
            $0.calls("1")
            $0.at(4_999)
            $0.leaves()
        },
        HistoryRow("nor does one whose connection ended", observations: 0) {
            $0.connects()
            $0.calls("1")
            $0.at(4_000)
            $0.closed()
            $0.at(9_000)
            $0.leaves()
        },
    ]

    @Test(arguments: rows)
    func `the rule holds`(_ row: HistoryRow) {
        row.expect(MethodChecker().judge(HistoryBuilder(row.write).history))
    }

    @Test func `a loss is excused by our own stall, a replay is not`() {
        let lost = HistoryBuilder {
            $0.connects()
            $0.calls("1")
            $0.at(4_000)
            $0.stall(3_000)
            $0.at(5_000)
            $0.leaves()
        }.history
        #expect(MethodChecker().judge(lost).excusingOwnStalls(in: lost.view).codes == [])
        let replayed = HistoryBuilder {
            $0.connects()
            $0.calls("1")
            $0.executesCall("1")
            $0.executesCall("1")
            $0.stall(3_000)
        }.history
        #expect(MethodChecker().judge(replayed).excusingOwnStalls(in: replayed.view).codes == [.methodReplayed])
    }

    @Test func `runs that the client asked for are counted in a note`() {
        let history = HistoryBuilder {
            $0.connects()
            $0.calls("1")
            $0.executesCall("1")
            $0.closed()
            $0.connects(epoch: 2)
            $0.calls("1", epoch: 2)
            $0.executesCall("1")
            $0.completes("1", epoch: 2)
        }.history
        #expect(MethodChecker().judge(history).notes.first?.hasPrefix("1 methods ran again") == true)
    }
}
