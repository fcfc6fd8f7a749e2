import History
import Testing

@testable import Verdicts

@Suite("Our own stalls excuse the deadlines they overlap, and nothing else")
struct StallTests {
    /// Stalls as (end, length) in milliseconds, and how much of the deadline from 1 000 to 5 000 they take.
    static let overlaps: [(stalls: [(end: Int64, length: Int64)], taken: Int64)] = [
        ([], 0),
        ([(2_000, 600)], 600),
        ([(900, 600)], 0),
        ([(1_000, 600)], 0),
        ([(1_200, 600)], 200),
        ([(5_400, 600)], 200),
        ([(5_600, 600)], 0),
        ([(9_000, 600)], 0),
        ([(9_000, 9_000)], 4_000),
        ([(2_000, 300), (3_000, 300)], 600),
        ([(2_000, 300), (2_000, 300)], 300),
        ([(2_000, 300), (2_100, 300)], 400),
        ([(3_000, 2_000), (2_000, 300)], 2_000),
        ([(2_000, -300)], 0),
        ([(2_000, .max)], 1_000),
    ]

    @Test("Only what lies inside counts, and loops that stood still together count once", arguments: overlaps)
    func overlap(_ stalls: [(end: Int64, length: Int64)], taken: Int64) {
        let history = HistoryBuilder { events in
            for (index, stall) in stalls.enumerated() {
                events.at(stall.end)
                events.stall(stall.length, loop: "loop-\(index)")
            }
        }.history
        let stalled = history.view.stalled(from: HistoryBuilder.moment(1_000), to: HistoryBuilder.moment(5_000))
        #expect(stalled == .milliseconds(taken))
    }

    static let deadline = HistoryBuilder.moment(1_000)...HistoryBuilder.moment(5_000)
    static func stalled(_ milliseconds: Int64, endingAt end: Int64 = 3_000) -> RunHistory {
        HistoryBuilder {
            $0.at(end)
            $0.stall(milliseconds)
        }.history
    }

    @Test(
        "A missed deadline is excused from 500 ms on", arguments: [(499 as Int64, false), (500, true), (3_000, true)])
    func tolerance(_ milliseconds: Int64, isExcused: Bool) {
        let judgement = Judgement(observations: 3, findings: [Finding(.requestFailed, "late", deadline: Self.deadline)])
        let excused = judgement.excusingOwnStalls(in: Self.stalled(milliseconds).view)
        #expect(excused.verdict(level: .must).verdict == (isExcused ? .inconclusive : .fail))
        #expect(excused.findings.isEmpty == isExcused)
    }

    @Test("A stall elsewhere excuses nothing")
    func elsewhere() {
        let judgement = Judgement(observations: 3, findings: [Finding(.requestFailed, "late", deadline: Self.deadline)])
        #expect(judgement.excusingOwnStalls(in: Self.stalled(3_000, endingAt: 900).view) == judgement)
    }

    @Test("A finding that is no missed deadline stands, beside one that is excused")
    func positiveFinding() {
        let judgement = Judgement(
            observations: 3,
            findings: [Finding(.requestFailed, "late", deadline: Self.deadline), Finding(.sessionMoved, "moved")])
        let excused = judgement.excusingOwnStalls(in: Self.stalled(3_000).view)
        #expect(excused.codes == [.sessionMoved])
        #expect(excused.verdict(level: .must).verdict == .fail)
    }

    @Test("A stall alone takes nothing from a pass")
    func nothingToExcuse() {
        let judgement = Judgement(observations: 3)
        #expect(judgement.excusingOwnStalls(in: Self.stalled(3_000).view) == judgement)
    }
}
