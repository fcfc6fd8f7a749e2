import History
import Testing

@testable import Verdicts

@Suite("Every session of DDP gets its connected, and what it hears is DDP")
struct ConversationCheckerTests {
    static let rows = [
        HistoryRow("connected is right", observations: 0) { $0.connects() },
        HistoryRow("no connected", [.ddpNotConnected], observations: 0) {
            $0.opened()
            $0.saysDDP(#"{"msg":"connect","version":"1","support":["1"]}"#)
            $0.closed()
        },
        HistoryRow("what is no DDP", [.messageAltered], observations: 0) {
            $0.connects()
            $0.hearsDDP(#"{"msg":"changed","coll"#)
        },
        HistoryRow("an object without msg is what old servers send", observations: 0) {
            $0.connects()
            $0.hearsDDP(#"{"server_id":"0"}"#)
        },
        HistoryRow("a failed attempt", [.ddpNotConnected], observations: 0) { $0.attempted("http status 400") },
        HistoryRow("an attempt after a fault may fail", observations: 0) {
            $0.fault(.kill)
            $0.attempted("http status 502")
        },
        HistoryRow("a later connection is left to others", observations: 0) {
            $0.connects()
            $0.opened(epoch: 2)
        },
    ]

    @Test(arguments: rows)
    func `the rule holds`(_ row: HistoryRow) {
        row.expect(ConversationChecker(lastEpoch: 1).judge(HistoryBuilder(row.write).history))
    }
}
