import History
import Testing
import Verdicts

@testable import Conformance

@Suite("An edit changes what it says and nothing else")
struct EditVocabularyTests {
    /// A control and a pass through the balancer, each with a poll; then four messages of a session, a millisecond apart.
    private static let history = JudgeHistory {
        $0.event(.node("n1"), .nodeStarted(NodeStarted(bootID: "b1", listen: "")))
        $0.event(.node("n2"), .nodeStarted(NodeStarted(bootID: "b2", listen: "")))
        $0.event(.lab, .phase(Phase(name: RunPhase.control)))
        $0.request("poll", "POST", "/xhr", session: "s", status: 200)
        $0.at(1)
        $0.event(.lab, .phase(Phase(name: RunPhase.balancer)))
        $0.request("poll", "POST", "/xhr", session: "s", status: 200)
        for number in 1...4 {
            $0.at(Int64(number) * 10)
            $0.hears(number, session: number == 3 ? "other" : "s")
        }
    }.history

    /// The messages as they come, each with the millisecond at which it does.
    private static func heard(_ edit: Edit) throws -> [String] {
        try edit.applied(to: history).events.compactMap { event in
            guard case .messageReceived(let message) = event.kind, let number = message.number else { return nil }
            return "\(number)@\(event.time.nanoseconds / 1_000_000)"
        }
    }

    @Test(
        arguments: [
            (.received.drop, []),
            (.received.first.drop, ["2@20", "3@30", "4@40"]),
            (.received.last.drop, ["1@10", "2@20", "3@30"]),
            (.received.number(2).drop, ["1@10", "3@30", "4@40"]),
            (.received.ofOneSession.drop, ["3@30"]),
            (.received.first.repeated(2), ["1@10", "1@10", "1@10", "2@20", "3@30", "4@40"]),
            (.received.last.earlier(by: .milliseconds(35)), ["4@5", "1@10", "2@20", "3@30"]),
            (.received.number(3).waits(.seconds(1)), ["1@10", "2@20", "3@1030", "4@1040"]),
            (.received.outOfOrder, ["2@20", "1@20", "3@30", "4@40"]),
            (.received.againLater, ["1@10", "2@20", "1@20", "3@30", "4@40"]),
        ] as [(Edit, [String])])
    func `events go, come again and move`(_ edit: Edit, _ heard: [String]) throws {
        #expect(try Self.heard(edit) == heard)
    }

    @Test func `the control stays as it is`() throws {
        let edited = try Edit.answers("poll").refused(502).applied(to: Self.history)
        #expect(edited.view.exchanges.map { $0.response?.status } == [200, 502])
        #expect(edited.view.exchanges.map { $0.response?.nodeID } == ["n1", nil])
    }

    @Test func `an answer is of another node, or is none`() throws {
        let moved = try Edit.answers().node(.other).applied(to: Self.history)
        #expect(moved.view.exchanges.last?.response?.nodeID == "n2")
        #expect(moved.view.exchanges.last?.response?.bootID == "b2")
        let failed = try Edit.answers().fails(.closedEarly).applied(to: Self.history)
        #expect(failed.view.exchanges.last?.failure?.failure == .closedEarly)
    }

    @Test(arguments: [.received.label("none").drop, .answers("send").status(500), .closings.outOfOrder] as [Edit])
    func `an edit that selects nothing is an error`(_ edit: Edit) {
        #expect(throws: Edit.NothingSelected.self) { try edit.applied(to: Self.history) }
    }
}
