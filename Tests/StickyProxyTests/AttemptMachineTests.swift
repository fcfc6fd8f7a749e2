import Clocks
import Testing

@testable import StickyProxy

@Suite("What a request whose node failed may do")
struct AttemptMachineTests {
    enum Step: Sendable { case connecting, sent, informed, answered, connectFailed, lost, wentDown }

    static let table: [(what: String, repeatable: Bool, replays: Bool, steps: [Step], last: AttemptMachine.Action)] = [
        (
            "a failed connect leads to the next node, for a POST too", false, false, [.connecting, .connectFailed],
            .nextNode
        ),
        (
            "any number of failed connects", false, false, [.connecting, .connectFailed, .connecting, .connectFailed],
            .nextNode
        ),
        ("a node that goes down before the connect", false, false, [.connecting, .wentDown], .nextNode),
        ("a GET is sent once more", true, false, [.connecting, .sent, .lost], .sendAgain),
        ("but not a third time", true, false, [.connecting, .sent, .lost, .connecting, .sent, .lost], .answer(502)),
        ("a POST is never sent again", false, false, [.connecting, .sent, .lost], .answer(502)),
        ("unless the knob says so", false, true, [.connecting, .sent, .lost], .nextNode),
        (
            "nothing is sent again after an interim answer", true, true, [.connecting, .sent, .informed, .lost],
            .answer(502)
        ),
        ("a partial answer is cut off", true, true, [.connecting, .sent, .answered, .lost], .truncate),
        ("a request on a node that goes down", true, false, [.connecting, .sent, .wentDown], .answer(504)),
        ("an answer of a node that goes down", true, false, [.connecting, .sent, .answered, .wentDown], .truncate),
    ]

    @Test("by how far it got", arguments: table.indices)
    func decide(_ row: Int) {
        let row = Self.table[row]
        var rules = Behavior.Retry()
        if row.replays { rules.postBodyLimit = 1024 }
        var machine = AttemptMachine(rules: rules, repeatable: row.repeatable)
        machine.replayable = row.replays
        var action: AttemptMachine.Action?
        let now = MonotonicClock.now
        for step in row.steps {
            switch step {
            case .connecting: machine.connecting()
            case .sent: machine.sent()
            case .informed: machine.informed()
            case .answered: machine.answered()
            case .connectFailed: action = machine.connectFailed(at: now)
            case .lost: action = machine.lost(at: now)
            case .wentDown: action = machine.nodeWentDown(at: now)
            }
        }
        #expect(action == row.last, Comment(rawValue: row.what))
    }

    enum TimedStep: Sendable { case connecting, lastResort, sent, answered, connectFailed, noNode, woke }

    /// Two rounds with 200 ms between them, 3 s for all, 2 s for a last resort; the last step's action and when to wake.
    static let timed:
        [(what: String, steps: [(at: Int, step: TimedStep)], last: AttemptMachine.Action?, wakeAt: Int?)] = [
            ("without failed connects there is nothing to wait for", [(0, .noNode)], .answer(503), nil),
            ("a first connect has no deadline", [(0, .connecting)], nil, nil),
            (
                "when all connects failed there is a pause",
                [(0, .connecting), (5, .connectFailed), (5, .noNode)], .pause, 205
            ),
            (
                "which is not over early", [(0, .connecting), (5, .connectFailed), (5, .noNode), (204, .woke)], nil, 205
            ),
            (
                "then all are tried again",
                [(0, .connecting), (5, .connectFailed), (5, .noNode), (205, .woke)], .nextRound, 3005
            ),
            (
                "but once more only",
                [
                    (0, .connecting), (5, .connectFailed), (5, .noNode), (205, .woke), (205, .connecting),
                    (206, .connectFailed), (206, .noNode),
                ], .answer(503), 3005
            ),
            (
                "a failed connect starts the patience, which ends a later connect",
                [(0, .connecting), (1000, .connectFailed), (1000, .connecting), (4000, .woke)], .answer(503), 4000
            ),
            (
                "and leaves no next node",
                [(0, .connecting), (10, .connectFailed), (11, .connecting), (3010, .connectFailed)],
                .answer(503), 3010
            ),
            (
                "a request that a node took waits for its answer",
                [(0, .connecting), (10, .connectFailed), (11, .connecting), (12, .sent), (9000, .woke)], nil, nil
            ),
            (
                "unless the node is a last resort", [(0, .lastResort), (1, .sent), (2000, .woke)], .answer(504), 2000
            ),
            ("which has its time", [(0, .lastResort), (1, .sent), (1999, .woke)], nil, 2000),
            ("and may stream its answer", [(0, .lastResort), (1, .sent), (2, .answered), (9000, .woke)], nil, nil),
            ("a last resort that fails leads to another", [(0, .lastResort), (1, .connectFailed)], .nextNode, 2000),
            (
                "within the same time", [(0, .lastResort), (1, .connectFailed), (1900, .lastResort), (2000, .woke)],
                .answer(503), 2000
            ),
            (
                "and is not tried in a second round", [(0, .lastResort), (1, .connectFailed), (1, .noNode)],
                .answer(503),
                2000
            ),
        ]

    @Test("in time", arguments: timed.indices)
    func decideInTime(_ row: Int) {
        let row = Self.timed[row]
        let start = MonotonicClock.now
        var rules = Behavior.Retry()
        (rules.rounds, rules.pause, rules.patience) = (2, .milliseconds(200), .seconds(3))
        var machine = AttemptMachine(rules: rules, repeatable: true)
        var action: AttemptMachine.Action?
        for (at, step) in row.steps {
            let now = start + .milliseconds(at)
            action = nil
            switch step {
            case .connecting: machine.connecting()
            case .lastResort: machine.connectingAsLastResort(within: .seconds(2), at: now)
            case .sent: machine.sent()
            case .answered: machine.answered()
            case .connectFailed: action = machine.connectFailed(at: now)
            case .noNode: action = machine.noNode(at: now)
            case .woke: action = machine.woke(at: now)
            }
        }
        #expect(action == row.last, Comment(rawValue: row.what))
        #expect(machine.wakeAt == row.wakeAt.map { start + .milliseconds($0) }, Comment(rawValue: row.what))
    }
}
