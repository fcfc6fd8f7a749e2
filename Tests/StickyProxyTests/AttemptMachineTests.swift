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
        for step in row.steps {
            switch step {
            case .connecting: machine.connecting()
            case .sent: machine.sent()
            case .informed: machine.informed()
            case .answered: machine.answered()
            case .connectFailed: action = machine.connectFailed()
            case .lost: action = machine.lost()
            case .wentDown: action = machine.nodeWentDown()
            }
        }
        #expect(action == row.last, Comment(rawValue: row.what))
    }
}
