import Clocks
import Testing

@testable import StickyProxy

/// One row of a table: a rule of ``TCPClientMachine``, and events that show it.
struct TCPClientScript: Sendable, CustomTestStringConvertible {
    enum Event: Sendable {
        case start, routed(NodeID), lastResort(NodeID), noNode, refused, noRoom
        case connected(Int), connectFailed(Int), lost(NodeID), clientGone, woke(milliseconds: Int)
    }

    let rule: String
    let events: [Event]
    /// What the last event leads to.
    let last: TCPClientMachine.Action
    /// When it wants to be woken then.
    let wakeAt: Duration?

    init(_ rule: String, _ events: [Event], _ last: TCPClientMachine.Action, wakeAt: Duration? = nil) {
        (self.rule, self.events, self.last, self.wakeAt) = (rule, events, last, wakeAt)
    }

    var testDescription: String { rule }
}

@Suite struct `A client's connection in mode tcp` {
    static let behavior = Behavior.reference.with {
        $0.distribution.lastResort = .seconds(2)
        ($0.retry.rounds, $0.retry.pause, $0.retry.patience) = (2, .milliseconds(200), .seconds(10))
    }
    static let patience = Duration.seconds(10)

    static let scripts: [TCPClientScript] = [
        .init("begins by choosing a node", [.start], .route(excluding: [])),
        .init("connects to it", [.start, .routed(1)], .connect(1, attempt: 1)),
        .init("and is joined with it", [.start, .routed(1), .connected(1)], .open(1)),
        .init(
            "goes to another node when a connect fails", [.start, .routed(1), .connectFailed(1)],
            .route(excluding: [1]), wakeAt: patience),
        .init(
            "and never again to one that failed",
            [.start, .routed(1), .connectFailed(1), .routed(0), .connectFailed(2)],
            .route(excluding: [0, 1]), wakeAt: patience),
        .init(
            "has no more time for other nodes than one request",
            [.start, .routed(1), .connectFailed(1), .routed(0), .woke(milliseconds: 10_000)], .close),
        .init(
            "goes on waiting before that",
            [.start, .routed(1), .connectFailed(1), .routed(0), .woke(milliseconds: 9_999)], .wait, wakeAt: patience),
        .init(
            "pauses when every connect failed", [.start, .routed(0), .connectFailed(1), .noNode], .wait,
            wakeAt: .milliseconds(200)),
        .init(
            "then tries all again", [.start, .routed(0), .connectFailed(1), .noNode, .woke(milliseconds: 200)],
            .route(excluding: []), wakeAt: patience),
        .init(
            "but only so often",
            [
                .start, .routed(0), .connectFailed(1), .noNode, .woke(milliseconds: 200), .routed(0), .connectFailed(2),
                .noNode,
            ], .close),
        .init("is closed where no node is up", [.start, .noNode], .close),
        .init("is closed where it is refused", [.start, .refused], .close),
        .init("is closed where the node has as many as it may", [.start, .noRoom], .close),
        .init(
            "tries a node that is down where none is up", [.start, .lastResort(0)], .connect(0, attempt: 1),
            wakeAt: .seconds(2)),
        .init(
            "for so long", [.start, .lastResort(0), .woke(milliseconds: 2_000)], .close),
        .init(
            "leaves a node that goes down before it connects", [.start, .routed(1), .lost(1)],
            .route(excluding: [1]), wakeAt: patience),
        .init("but not for another one's sake", [.start, .routed(1), .lost(0)], .none),
        .init(
            "drops the connection of an attempt that was given up",
            [.start, .routed(1), .lost(1), .routed(0), .connected(1)], .drop, wakeAt: patience),
        .init(
            "whose failure says nothing of the next one",
            [.start, .routed(1), .lost(1), .routed(0), .connectFailed(1)], .none, wakeAt: patience),
        .init("drops the connection for a client that left", [.start, .routed(1), .clientGone, .connected(1)], .drop),
        .init("looks for nothing more then", [.start, .routed(1), .clientGone, .connectFailed(1)], .none),
        .init(
            "is a tunnel's when it is joined, whose node may go",
            [.start, .routed(1), .connected(1), .lost(1)], .none),
    ]

    @Test(arguments: scripts) func `follows its rules`(script: TCPClientScript) {
        var machine = TCPClientMachine(Self.behavior)
        let start = MonotonicClock.now
        var last = TCPClientMachine.Action.none
        for event in script.events {
            last =
                switch event {
                case .start: machine.start()
                case .routed(let node): machine.routed(.node(node, setCookie: "x"), at: start)
                case .lastResort(let node): machine.routed(.lastResort(node, setCookie: nil), at: start)
                case .noNode: machine.routed(.noNode, at: start)
                case .refused: machine.routed(.refused, at: start)
                case .noRoom: machine.foundNoRoom()
                case .connected(let attempt): machine.connected(attempt)
                case .connectFailed(let attempt): machine.connectFailed(attempt, at: start)
                case .lost(let node): machine.lost(node, at: start)
                case .woke(let milliseconds): machine.woke(at: start + .milliseconds(milliseconds))
                case .clientGone:
                    { () -> TCPClientMachine.Action in
                        machine.clientGone()
                        return .none
                    }()
                }
        }
        #expect(last == script.last)
        #expect(machine.wakeAt.map { $0 - start } == script.wakeAt)
    }
}
