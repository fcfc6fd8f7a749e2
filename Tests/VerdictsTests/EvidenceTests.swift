import History
import Testing

@testable import Verdicts

@Suite("Evidence is a line an event")
struct EvidenceTests {
    @Test(
        "Times are shown from the first event, earlier ones below zero",
        arguments: [
            (0, "+0.000 s"), (7, "+0.007 s"), (1_250, "+1.250 s"), (61_005, "+61.005 s"), (-40, "-0.040 s"),
        ] as [(Int64, String)])
    func times(_ milliseconds: Int64, _ text: String) {
        let history = HistoryBuilder { $0.phase("a") }.history
        #expect(history.view.evidence(at: HistoryBuilder.moment(milliseconds), "it opens").line == "\(text) it opens")
    }

    @Test("A request is shown with its cookie, its end and where it was executed")
    func requests() {
        let history = HistoryBuilder { events in
            events.sent("1", cookie: "SRV=n1")
            events.executed("1", on: "n1")
            events.executed("1", on: "n2")
            events.answered("1", 502, by: nil)
            events.sent("2")
            events.failed("2", .timedOut)
            events.sent("3")
        }.history
        #expect(
            history.view.exchanges.map { history.view.evidence($0).line } == [
                "+0.000 s c POST /echo/000/abc/xhr [SRV=n1] -> 502 by no node of ours; executed by n1, n2",
                "+0.000 s c POST /echo/000/abc/xhr -> timed-out: timed-out in words",
                "+0.000 s c POST /echo/000/abc/xhr -> no answer by the end of the run",
            ])
    }

    @Test("Times at the ends of the clock do no harm")
    func extremes() {
        let history = RunHistory(events: [
            HistoryEvent(time: HistoryTime(nanoseconds: .min), actor: .lab, kind: .phase(Phase(name: "a"))),
            HistoryEvent(
                time: HistoryTime(nanoseconds: .max), actor: .lab, kind: .stall(Stall(loop: "l", milliseconds: .max))),
        ])
        #expect(history.events.map { history.view.evidence($0).line }.count == 2)
        #expect(
            history.view.stalled(from: HistoryTime(nanoseconds: .min), to: HistoryTime(nanoseconds: .max)) > .zero)
    }
}
