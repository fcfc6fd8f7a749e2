import History
import Testing

@testable import Verdicts

@Suite("Every numbered message comes back once, unaltered, in order, on its connection")
struct EchoCheckerTests {
    static let rows = [
        HistoryRow("an echo at once is right", observations: 1) {
            $0.says(1)
            $0.hears(1)
        },
        HistoryRow("pipelined messages may all go out first", observations: 2) {
            $0.says(1)
            $0.says(2)
            $0.hears(1)
            $0.hears(2)
        },
        HistoryRow("sessions number their messages apart", observations: 2) {
            $0.says(1, session: "a")
            $0.says(1, session: "b")
            $0.hears(1, session: "b")
            $0.hears(1, session: "a")
        },
        HistoryRow("a second connection numbers its messages anew", observations: 2) {
            $0.says(1)
            $0.hears(1)
            $0.closed()
            $0.says(1, epoch: 2)
            $0.hears(1, epoch: 2)
        },
        HistoryRow(
            "an echo on the next connection is not where it belongs", [.messageLost, .messageAltered], observations: 1
        ) {
            $0.says(1)
            $0.closed()
            $0.hears(1, epoch: 2)
        },
        HistoryRow("a message that never comes is lost", [.messageLost], observations: 2) {
            $0.says(1)
            $0.hears(1)
            $0.says(2)
        },
        HistoryRow("a second copy is a duplicate", [.messageDuplicated], observations: 1) {
            $0.says(1)
            $0.hears(1)
            $0.hears(1)
        },
        HistoryRow("other bytes are an alteration", [.messageAltered], observations: 1) {
            $0.says(1, "hello")
            $0.hears(1, "hellO")
        },
        HistoryRow("an altered number is reported once, not as a loss too", [.messageAltered], observations: 1) {
            $0.says(1)
            $0.hears(7)
        },
        HistoryRow(
            "a number altered into an earlier one shows as its copy", [.messageDuplicated, .messageLost],
            observations: 2
        ) {
            $0.says(1)
            $0.hears(1)
            $0.says(2)
            $0.hears(1)
        },
        HistoryRow("an unreadable number is an alteration", [.messageAltered], observations: 1) {
            $0.says(1)
            $0.hears(nil, "\u{fffd}")
        },
        HistoryRow("a later message first is a change of order", [.messageReordered], observations: 2) {
            $0.says(1)
            $0.says(2)
            $0.hears(2)
            $0.hears(1)
        },
        HistoryRow("an echo before its message is a stranger's", [.messageAltered], observations: 1) {
            $0.hears(1)
            $0.says(1)
        },
        HistoryRow("a message to a session that sent none is a stranger's", [.messageAltered], observations: 1) {
            $0.says(1, session: "a")
            $0.hears(1, session: "a")
            $0.hears(1, session: "b")
        },
        HistoryRow("messages without a number observe nothing", observations: 0) {
            $0.says(nil)
        },
        HistoryRow("no message, no observation", observations: 0) {
            $0.opened()
            $0.closed()
        },
        HistoryRow("numbers may begin anywhere, below zero too", observations: 1) {
            $0.says(-3)
            $0.hears(-3)
        },
    ]

    @Test("Rule", arguments: rows)
    func rule(_ row: HistoryRow) {
        let judgement = EchoChecker().judge(HistoryBuilder(row.write).history)
        #expect(judgement.codes == row.codes)
        #expect(judgement.observations == row.observations)
    }

    @Test("Events of one instant are judged in the order in which they were recorded")
    func equalTimes() {
        let history = HistoryBuilder { events in
            events.at(5)
            for number in 1...20 {
                events.says(number)
                events.hears(number)
            }
        }.history
        #expect(EchoChecker().judge(history) == Judgement(observations: 20))
    }

    @Test("The case names the code of an alteration")
    func code() {
        let history = HistoryBuilder {
            $0.says(1, "a")
            $0.hears(1, "b")
        }.history
        #expect(EchoChecker(altered: .payloadAltered).judge(history).codes == [.payloadAltered])
    }

    @Test("The deadline of a loss runs from the message that was lost, no longer than its connection lived")
    func deadline() {
        var events = HistoryBuilder()
        events.says(1)
        events.at(100)
        events.says(2)
        events.hears(2)
        #expect(
            EchoChecker().judge(events.history).findings.map(\.deadline) == [
                HistoryBuilder.moment(0)...HistoryBuilder.moment(8_000)
            ])
        events.at(300)
        events.closed()
        #expect(
            EchoChecker().judge(events.history).findings.map(\.deadline) == [
                HistoryBuilder.moment(0)...HistoryBuilder.moment(300)
            ])
    }

    @Test("A message lost with its connection is no missed deadline, even if we stood still later")
    func lossByClose() {
        let history = HistoryBuilder { events in
            events.says(1)
            events.at(20)
            events.closed()
            events.at(3_000)
            events.stall(2_500)
        }.history
        #expect(EchoChecker().judge(history).excusingOwnStalls(in: history.view).codes == [.messageLost])
    }
}
