import Clocks
import Testing

@testable import ReferenceNode

@Suite struct `A connection is waited for` {
    private let start = MonotonicClock.now
    private func at(_ seconds: Int) -> MonotonicClock.Instant { start + .seconds(seconds) }

    typealias Step = (second: Int, phase: RequestPatience.Phase)

    /// What happened, when the peer has had its time by then, and what becomes of it.
    static let stories: [(String, [Step], due: Int?, RequestPatience.Verdict)] = [
        ("nothing", [], 20, .close),
        ("half a first head", [(5, .head), (19, .head)], 20, .refuse),
        ("half a second head", [(5, .busy), (6, .idle(served: 1)), (30, .head), (40, .head)], 50, .refuse),
        ("a request that is executed for long", [(5, .head), (6, .busy)], nil, .wait),
        ("an answer", [(5, .busy), (6, .idle(served: 1)), (50, .idle(served: 1))], 81, .close),
        ("answers one after another", [(6, .idle(served: 1)), (50, .idle(served: 4))], 125, .close),
        ("a body that stands still", [(5, .body(received: 0)), (9, .body(received: 0))], 25, .refuse),
        ("a body that goes on", [(5, .body(received: 1)), (24, .body(received: 1025))], 44, .refuse),
        (
            "a body that goes on in small pieces",
            [(5, .body(received: 0)), (15, .body(received: 1000)), (23, .body(received: 1100))], 43, .refuse
        ),
        ("a body that trickles", [(5, .body(received: 0)), (24, .body(received: 1023))], 25, .refuse),
        ("a second body", [(5, .body(received: 9000)), (6, .busy), (7, .body(received: 2))], 27, .refuse),
        ("a last answer that nobody takes", [(5, .busy), (6, .closing), (9, .closing)], 16, .close),
    ]

    @Test(arguments: stories)
    func `as long as it is owed something`(
        name: String, steps: [Step], due: Int?, verdict: RequestPatience.Verdict
    ) {
        var patience = RequestPatience(ConnectionTimes(), at: start)
        for step in steps { patience.expect(step.phase, at: at(step.second)) }
        #expect(patience.due == due.map(at))
        if let due { #expect(patience.verdict(at: at(due - 1)) == .wait) }
        #expect(patience.verdict(at: at(due ?? 1_000)) == verdict)
    }
}
