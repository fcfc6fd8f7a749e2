import History
import Testing

@Suite("A view of a history")
struct HistoryViewTests {
    /// How many events there are, and how often that was counted.
    private struct Count: HistoryIndex {
        nonisolated(unsafe) static var made = 0
        let events: Int

        init(_ history: HistoryView) {
            events = history.events.count
            Self.made += 1
        }
    }

    private static let history = RunHistory(
        events: [
            HistoryEvent(time: HistoryTime(nanoseconds: 5), actor: .lab, kind: .phase(Phase(name: "a"))),
            HistoryEvent(
                time: HistoryTime(nanoseconds: 7), actor: .lab,
                kind: .faultInjected(Fault(nodeID: "n1", fault: .hang))),
            HistoryEvent(
                time: HistoryTime(nanoseconds: 9), actor: .lab,
                kind: .faultInjected(Fault(nodeID: "n2", fault: .kill))),
        ])

    @Test func `works each index out once, and its parts have their own`() {
        let view = Self.history.view
        #expect([view[Count.self].events, view[Count.self].events] == [3, 3])
        #expect(Count.made == 1)
        #expect(view.beforeFaults[Count.self].events == 1)
        #expect(Count.made == 2)
    }

    @Test func `ends its part before the faults with the first of any kind`() {
        let view = Self.history.view
        #expect(view.beforeFaults.events == Array(view.events.prefix(1)))
        #expect(view.firstFault?.time == HistoryTime(nanoseconds: 7))
        #expect(view.firstFault?.fault.nodeID == "n1")
        let calm = view.beforeFaults
        #expect(calm.firstFault == nil)
        #expect(calm.beforeFaults.events == calm.events)
    }

    @Test func `begins where the whole record does, whatever it is a part of`() {
        let part = Self.history.view.filter { $0.time > HistoryTime(nanoseconds: 8) }
        #expect(part.events.count == 1)
        #expect(part.start == HistoryTime(nanoseconds: 5))
        #expect(RunHistory(events: []).view.start == HistoryTime(nanoseconds: 0))
    }
}
