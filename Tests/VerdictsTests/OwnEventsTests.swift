import History
import Testing

@testable import Verdicts

@Suite("What belongs to a case")
struct OwnEventsTests {
    @Test func `sessions and requests of others are no concern of a case`() {
        let own = HistoryBuilder { events in
            events.sent("mine", session: "s", target: "/sockjs/000/abc/xhr?t=1")
            events.executed("mine")
            events.event(.node("n1"), .sessionClosed(closed("abc")))
        }.history
        let foreign = HistoryBuilder { events in
            events.at(10)
            events.executed("theirs")
            events.event(.node("n1"), .sessionClosed(closed("xyz")))
            events.event(
                .node("n1"),
                .messageExecuted(
                    MessageExecuted(session: "xyz", bootID: "n1.1", payload: "", bytes: 0, digest: "")))
        }.history
        let all = RunHistory(events: own.events + foreign.events)
        #expect(all.view.ownEvents.events == own.events)
    }

    @Test func `a health check and a session that opens meanwhile belong to it`() {
        let history = HistoryBuilder { events in
            events.executed(nil)
            events.event(
                .node("n1"),
                .sessionOpened(
                    SessionOpened(session: "ddp", epoch: 1, transport: .rawWebSocket, nodeID: "n1", bootID: "n1.1")))
            events.event(.node("n1"), .sessionClosed(closed("ddp")))
        }.history
        #expect(history.view.ownEvents.events == history.events)
    }

    private func closed(_ session: String) -> SessionClosed {
        SessionClosed(session: session, epoch: 1, code: 1002, reason: "timed out", cause: .peer)
    }
}
