import History
import Testing
import Verdicts

@testable import Conformance

struct ReconnectHerdTests {
    /// When one session asks for a WebSocket, in milliseconds after a kill at the tenth second.
    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var attempts: [Int64]
        var isStorm: Bool

        init(_ description: String, _ attempts: [Int64], isStorm: Bool) {
            testDescription = description
            self.attempts = attempts
            self.isStorm = isStorm
        }
    }

    static let rows = [
        Row("Meteor's own pace", [10, 20, 4_000, 12_000], isStorm: false),
        Row("one to spare", [10, 20, 30, 4_000, 12_000], isStorm: false),
        Row("again and again", [10, 20, 30, 40, 50, 60], isStorm: true),
        Row("a sixth one at the end of the budget", [10, 20, 30, 40, 50, 15_000], isStorm: true),
        Row("a sixth one behind it", [10, 20, 30, 40, 50, 15_001], isStorm: false),
        Row("attempts before the kill", [-60, -50, -40, -30, -20, -10], isStorm: false),
    ]

    @Test(arguments: rows)
    func `a session that makes more attempts than the back-off allows is a storm`(row: Row) throws {
        let history = JudgeHistory { events in
            var isKilled = false
            for offset in row.attempts {
                if offset >= 0, !isKilled {
                    isKilled = true
                    events.at(10_000)
                    events.event(.lab, .faultInjected(Fault(nodeID: "n1", fault: .kill)))
                }
                events.at(10_000 + offset)
                events.request("upgrade", "GET", "/websocket", session: "s", status: 502, executed: nil)
            }
            if !isKilled {
                events.at(10_000)
                events.event(.lab, .faultInjected(Fault(nodeID: "n1", fault: .kill)))
            }
        }.history
        let codes = try judged("ddp/reconnect-herd", history).codes
        #expect(codes.contains(.reconnectStorm) == row.isStorm)
    }

    @Test func `attempts of different sessions are no storm`() throws {
        let history = JudgeHistory { events in
            events.at(10_000)
            events.event(.lab, .faultInjected(Fault(nodeID: "n1", fault: .kill)))
            for number in 1...12 {
                events.request("upgrade", "GET", "/websocket", session: "s\(number)", status: 502, executed: nil)
            }
        }.history
        #expect(try !judged("ddp/reconnect-herd", history).codes.contains(.reconnectStorm))
    }
}
