import History
import Testing
import Verdicts

@testable import Conformance

struct AllNodesDownTests {
    /// What becomes of one question, asked until it is answered; nil: its connection ends without an answer.
    static let rows: [(tries: [Int?], passesBytes: Bool, FindingCode?)] = [
        ([503], false, nil),
        ([nil, 503], false, nil),
        ([nil, nil, nil, 502], false, nil),
        ([nil, nil, nil, nil], false, .noAnswerWhenDown),
        ([nil, 200], false, .wrongStatusWhenDown),
        ([nil], true, nil),
    ]

    @Test(arguments: rows)
    func `the last of a question's tries is judged`(_ tries: [Int?], _ passesBytes: Bool, _ code: FindingCode?) throws {
        let history = JudgeHistory { events in
            events.request(
                "no-request", "NO-REQUEST", "", status: 400, executed: passesBytes ? .init(node: "n1") : nil)
            for status in tries {
                events.request(
                    "while-down", "GET", "/sockjs/info?t=\(events.events.count)", status: status, executed: nil,
                    failure: .closedEarly)
            }
            events.request("after-healing", "GET", "/sockjs/info", status: 200)
        }.history
        let result = try judged("failover/all-nodes-down", history)
        #expect(result.codes == Set(code.map { [$0] } ?? []))
        #expect(result.verdict == (code == nil ? .pass : .fail), "\(result.reason)")
    }

    @Test func `a question without an answer in time is a finding`() throws {
        let history = JudgeHistory { events in
            events.request("while-down", "GET", "/sockjs/info", status: nil, executed: nil)
            events.request("after-healing", "GET", "/sockjs/info", status: 200)
        }.history
        #expect(try judged("failover/all-nodes-down", history).codes == [.noAnswerWhenDown])
    }
}
