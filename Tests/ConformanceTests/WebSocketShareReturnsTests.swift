import History
import Testing
import Verdicts

@testable import Conformance

struct WebSocketShareReturnsTests {
    /// How many of six clients got a WebSocket in each stretch; the others are on polling.
    struct Run {
        var before = 6
        var during = 0
        var isServedDuring = true
        var isHealed = true
        var after = [6]
        /// Milliseconds from the healing to the first round, and from one to the next.
        var pace: Int64 = 500
        var stall: Int64?

        var history: RunHistory {
            JudgeHistory { events in
                func connect(_ webSockets: Int, _ stretch: String, isServed: Bool = true) {
                    for number in 1...6 {
                        let session = "s\(number)\(stretch)"
                        events.request("info", "GET", "/sockjs/info", session: session, status: 200)
                        let isUpgraded = number <= webSockets
                        events.event(
                            .client("c"),
                            .transportAttempted(
                                TransportAttempted(
                                    session: session, transport: .websocket,
                                    outcome: isUpgraded ? .opened : .failed(reason: "http status 400", code: 1006),
                                    milliseconds: 10)))
                        guard isServed else { continue }
                        events.opened(session, over: isUpgraded ? .websocket : .xhrPolling)
                    }
                }
                func fault(_ kind: (Fault) -> HistoryEvent.Kind) {
                    for node in ["n1", "n2"] { events.event(.lab, kind(Fault(nodeID: node, fault: .refuseUpgrade))) }
                }
                connect(before, "/before")
                events.at(1_000)
                fault { .faultInjected($0) }
                connect(during, "/during", isServed: isServedDuring)
                events.at(2_000)
                if isHealed { fault { .faultHealed($0) } }
                for (index, count) in after.enumerated() {
                    events.at(2_000 + pace * Int64(index + 1))
                    connect(count, "/after-\(index + 1)")
                }
                if let stall {
                    events.at(16_000)
                    events.event(.lab, .stall(Stall(loop: "clients-0", milliseconds: stall)))
                }
            }.history
        }
    }

    static let rows: [(Run, Verdict)] = [
        (Run(), .pass),
        (Run(after: [0, 2, 6]), .pass),
        // Half of them was all there ever was, as where one node of two is without.
        (Run(before: 3, after: [3]), .pass),
        (Run(before: 3, after: [2]), .fail),
        (Run(after: [0, 0, 5]), .fail),
        // Ten and twenty seconds after the healing: the second round is too late.
        (Run(after: [0, 6], pace: 10_000), .fail),
        (Run(after: []), .inconclusive),
        (Run(isHealed: false), .inconclusive),
        // No outage, so no recovery.
        (Run(during: 6), .inconclusive),
        (Run(isServedDuring: false), .inconclusive),
        // A violation is one all the same.
        (Run(isServedDuring: false, after: [0]), .fail),
        (Run(after: [0], stall: 3_000), .inconclusive),
    ]

    @Test(arguments: rows)
    func `the share of WebSockets must be what it was, in time`(_ run: Run, _ verdict: Verdict) throws {
        let result = try judged("recovery/websocket-share-returns", run.history)
        #expect(result.verdict == verdict, "\(result.reason)")
        #expect(result.codes == (verdict == .fail ? [.webSocketNotBack] : []))
    }

    @Test func `a pass tells the shares`() throws {
        let result = try judged("recovery/websocket-share-returns", Run(before: 5, after: [2, 5]).history)
        #expect(result.reason == "12 observations; WebSockets before 5/6, during 0/6, after 5/6")
    }

    @Test func `where no client ever got a WebSocket that is the finding`() throws {
        let result = try judged("recovery/websocket-share-returns", Run(before: 0, after: []).history)
        #expect(result.codes == [.upgradeNotForwarded])
    }
}
