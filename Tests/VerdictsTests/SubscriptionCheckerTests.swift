import History
import Testing

@testable import Verdicts

@Suite("On each connection a subscription brings all its documents, once, in order, of the node that serves it")
struct SubscriptionCheckerTests {
    private static let count = #"{"msg":"sub","id":"q","name":"count","params":[2]}"#
    private static let ticks = #"{"msg":"sub","id":"t","name":"ticks","params":[100]}"#

    private static func number(_ id: Int) -> String {
        #"{"msg":"added","collection":"numbers","id":"\#(id)","fields":{"n":\#(id)}}"#
    }

    private static func ready(_ id: String) -> String { #"{"msg":"ready","subs":["\#(id)"]}"# }

    private static func first(_ boot: String) -> String {
        #"{"msg":"added","collection":"ticks","id":"t","fields":{"n":0,"nodeID":"n1","bootID":"\#(boot)"}}"#
    }

    private static func tick(_ number: Int) -> String {
        #"{"msg":"changed","collection":"ticks","id":"t","fields":{"n":\#(number)}}"#
    }

    private static func hearing(_ texts: [String], from sub: String = ticks) -> @Sendable (inout HistoryBuilder) -> Void
    {
        { builder in
            builder.connects()
            builder.saysDDP(sub)
            for text in texts { builder.hearsDDP(text) }
        }
    }

    static let rows = [
        HistoryRow(
            "all documents before ready", observations: 1, hearing([number(0), number(1), ready("q")], from: count)),
        HistoryRow(
            "one is missing at ready", [.subscriptionIncomplete], observations: 1,
            hearing([number(1), ready("q")], from: count)),
        HistoryRow(
            "one comes twice", [.messageDuplicated], observations: 1,
            hearing([number(0), number(0), number(1), ready("q")], from: count)),
        HistoryRow("ticks count by one", observations: 1, hearing([first("n1.1"), ready("t"), tick(1), tick(2)])),
        HistoryRow(
            "a tick is missing", [.messageLost], observations: 1,
            hearing([first("n1.1"), ready("t"), tick(1), tick(3)])),
        HistoryRow(
            "a tick comes twice", [.messageDuplicated], observations: 1,
            hearing([first("n1.1"), ready("t"), tick(1), tick(1)])),
        HistoryRow(
            "a tick comes late", [.messageReordered], observations: 1,
            hearing([first("n1.1"), ready("t"), tick(2), tick(1)])),
        HistoryRow(
            "a tick is passed over and an older one comes again", [.messageLost], observations: 1,
            hearing([first("n1.1"), ready("t"), tick(1), tick(3), tick(1)])),
        HistoryRow(
            "a tick goes back", [.messageReordered], observations: 1,
            hearing([first("n1.1"), ready("t"), tick(1), tick(2), tick(1)])),
        HistoryRow(
            "a document of another boot", [.documentStale], observations: 1, hearing([first("n2.1"), ready("t")])),
        HistoryRow("another connection counts anew", observations: 2) {
            hearing([first("n1.1"), ready("t"), tick(1)])(&$0)
            $0.closed()
            $0.connects(epoch: 2, on: "n2")
            $0.saysDDP(ticks, "s", 2)
            $0.hearsDDP(first("n2.1"), "s", 2)
            $0.hearsDDP(ready("t"), "s", 2)
            $0.hearsDDP(tick(1), "s", 2)
        },
        HistoryRow("never ready while the client waits", [.subscriptionIncomplete], observations: 1) {
            hearing([])(&$0)
            $0.at(5_000)
            $0.leaves()
        },
        HistoryRow("a client that leaves early says nothing", observations: 0) {
            hearing([])(&$0)
            $0.at(4_000)
            $0.leaves()
        },
        HistoryRow("a refusal is an answer", observations: 1) {
            hearing([#"{"msg":"nosub","id":"t","error":{"error":404}}"#])(&$0)
            $0.at(5_000)
            $0.leaves()
        },
    ]

    @Test(arguments: rows)
    func `the rule holds`(_ row: HistoryRow) {
        row.expect(SubscriptionChecker().judge(HistoryBuilder(row.write).history))
    }
}
