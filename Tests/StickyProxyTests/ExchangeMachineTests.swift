import NIOCore
import NIOHTTP1
import Testing

@testable import StickyProxy

@Suite("An exchange goes on")
struct ExchangeMachineTests {
    typealias Actions = ExchangeMachine.Actions
    typealias Event = ExchangeScript.Event

    static let two = ExchangeMachine.two
    /// A request without a body that node 0 has.
    static let asked: [Event] = [.start, .routed(0), .connected(1), .end]
    static let answering = asked + [.answered(200)]
    static let answeringInChunks = asked + [.answeredInChunks, .sent("ok")]

    static func target(_ attempt: Int, _ node: NodeID) -> ExchangeMachine.Target {
        ExchangeMachine.Target(attempt: attempt, node: node, setCookie: nil)
    }

    static func answer(_ answer: LocalAnswer, keepsAlive: Bool = true) -> ExchangeMachine.Step {
        .answer(answer, keepsAlive: keepsAlive)
    }

    // MARK: Before a node has the request

    static let attempts: [ExchangeScript] = [
        .init("it begins by choosing a node", [.start], Actions(.route(excluding: [])), .routing),
        .init(
            "its first attempt may use a connection at hand", [.start, .routed(0)],
            Actions(.connect(target(1, 0), mayReuse: true)), .connecting),
        .init(
            "but not for an upgrade", .upgrade, [.start, .routed(0)],
            Actions(.connect(target(1, 0), mayReuse: false)), .connecting),
        .init(
            "a failed connect leads to another node", .post, [.start, .routed(0), .connectFailed(1)],
            Actions(.route(excluding: [0]), leave: .closed(0)), .routing),
        .init(
            "by a connection that is new", [.start, .routed(0), .connectFailed(1), .routed(1)],
            Actions(.connect(target(2, 1), mayReuse: false)), .connecting),
        .init(
            "which gets the request", [.start, .routed(0), .connectFailed(1), .routed(1), .connected(2)],
            Actions(.send(node: 1, body: [], isComplete: false)), .sent),
        .init(
            "and each node that failed is out of question",
            [.start, .routed(0), .connectFailed(1), .routed(1), .connectFailed(2)],
            Actions(.route(excluding: [0, 1]), leave: .closed(1)), .routing),
        .init(
            "a node that goes down before the connect is one that failed", .post, [.start, .routed(0), .wentDown],
            Actions(.route(excluding: [0]), leave: .closed(0)), .routing),
        .init(
            "the late connect of an attempt that was given up is others' to use",
            [.start, .routed(0), .wentDown, .routed(1), .connected(1)], Actions(.giveBack), .connecting),
        .init(
            "even if it is to the same node",
            [.start, .routed(0), .wentDown, .noNode, .woke(milliseconds: 200), .routed(0), .connected(1)],
            Actions(.giveBack), .connecting),
        .init(
            "or comes between two attempts", [.start, .routed(0), .wentDown, .connected(1)], Actions(.giveBack),
            .routing),
        .init(
            "or when another attempt has succeeded",
            [.start, .routed(0), .wentDown, .routed(1), .connected(2), .connected(1)], Actions(.giveBack), .sent),
        .init("or without the client", [.start, .routed(0), .clientGone, .connected(1)], Actions(.giveBack), .over),
        .init(
            "its late failure is nothing new", [.start, .routed(0), .wentDown, .routed(1), .connectFailed(1)], .none,
            .connecting),
        .init(
            "when all nodes failed there is a pause", [.start, .routed(0), .connectFailed(1), .noNode],
            Actions(.wait), .routing),
        .init(
            "that is not over early",
            [.start, .routed(0), .connectFailed(1), .noNode, .woke(milliseconds: 199)], Actions(.wait), .routing),
        .init(
            "then all may be chosen again",
            [.start, .routed(0), .connectFailed(1), .noNode, .woke(milliseconds: 200)],
            Actions(.route(excluding: [])), .routing),
        .init(
            "a connect that lasts too long after the first that failed is given up",
            [.start, .routed(0), .connectFailed(1), .routed(1), .woke(milliseconds: 10_000)],
            Actions(answer(.noNode), leave: .closed(1)), .over),
        .init("where no node is up the answer is 503", [.start, .noNode], Actions(answer(.noNode)), .over),
        .init(
            "or the end of the connection", [.start, .noNode], Actions(.abort), .over,
            under: { $0.distribution.noNode = .closed }),
        .init("a cookie may be refused", [.start, .refused], Actions(answer(.refused)), .over),
        .init(
            "which is never the end of the connection", [.start, .refused], Actions(answer(.refused)), .over,
            under: { $0.distribution.noNode = .closed }),
        .init("a node may have no room", .upgrade, [.start, .full(1, waits: nil)], Actions(answer(.noRoom)), .over),
        .init("for which one may wait", [.start, .full(1, waits: .seconds(1))], Actions(.queue(node: 1)), .queued),
        .init(
            "if not too many do", [.start, .full(1, waits: .seconds(1)), .queueIsFull], Actions(answer(.noRoom)), .over),
        .init(
            "until there is room", [.start, .full(1, waits: .seconds(1)), .gotPlace(milliseconds: 900)],
            Actions(.connect(.init(attempt: 1, node: 1, setCookie: nil), mayReuse: true)), .connecting),
        .init(
            "or not yet", [.start, .full(1, waits: .seconds(1)), .woke(milliseconds: 999)], Actions(.wait), .queued),
        .init(
            "or for too long", [.start, .full(1, waits: .seconds(1)), .woke(milliseconds: 1_000)],
            Actions(answer(.noRoom)), .over),
        .init(
            "or until the client has enough of it", [.start, .full(1, waits: .seconds(1)), .clientGone],
            Actions(.none), .over),
        .init(
            "an answer may have to begin in time", [.start, .routed(1), .connected(1), .woke(milliseconds: 999)],
            Actions(.wait), .sent, under: { $0.limits.firstByte = .init(limit: .seconds(1), status: 503) }),
        .init(
            "or the client gets another", [.start, .routed(1), .connected(1), .woke(milliseconds: 1_000)],
            Actions(answer(.late(.init(limit: .seconds(1), status: 503))), leave: .closed(1)), .over,
            under: { $0.limits.firstByte = .init(limit: .seconds(1), status: 503) }),
        .init(
            "and has all the time it needs then",
            [.start, .routed(1), .connected(1), .answered(200), .woke(milliseconds: 9_000)], Actions(.wait), .answering,
            under: { $0.limits.firstByte = .init(limit: .seconds(1)) }),
        .init(
            "or another node gets the request", [.start, .routed(1), .connected(1), .end, .woke(milliseconds: 1_000)],
            Actions(.route(excluding: [1]), leave: .closed(1)), .routing,
            under: { $0.limits.firstByte = .init(limit: .seconds(1), then: .sentToNextNode) }),
        .init(
            "once",
            [.start, .routed(1), .connected(1), .end, .woke(milliseconds: 1_000), .routed(0), .connected(2)]
                + [.woke(milliseconds: 2_000)],
            Actions(answer(.late(.init(limit: .seconds(1), then: .sentToNextNode))), leave: .closed(0)), .over,
            under: { $0.limits.firstByte = .init(limit: .seconds(1), then: .sentToNextNode) }),
        .init(
            "and not with a body that is not at hand", .post,
            [.start, .routed(1), .connected(1), .body("body"), .end, .woke(milliseconds: 1_000)],
            Actions(answer(.late(.init(limit: .seconds(1), then: .sentToNextNode))), leave: .closed(1)), .over,
            under: { $0.limits.firstByte = .init(limit: .seconds(1), then: .sentToNextNode) }),
        .init(
            "an open breaker keeps upgrades away", .upgrade, [.startWithBreakerOpen], Actions(answer(.breakerOpen)),
            .over),
        .init("and nothing else", [.startWithBreakerOpen], Actions(.route(excluding: [])), .routing),
        .init(
            "a body that is too large reaches no node", .post, [.start], Actions(answer(.bodyTooLarge)), .over,
            under: { $0.limits.bodyBytes = 3 }),
        .init(
            "one that is not does", .post, [.start], Actions(.route(excluding: [])), .routing,
            under: { $0.limits.bodyBytes = 4 }),
    ]

    @Test("before a node has the request", arguments: attempts)
    func attempt(_ script: ExchangeScript) { script.check() }

    // MARK: The node fails

    static let failures: [ExchangeScript] = [
        .init(
            "a GET is sent once more", asked + [.lost], Actions(.route(excluding: []), leave: .closed(0)), .routing),
        .init(
            "whole", asked + [.lost, .routed(0), .connected(2)],
            Actions(.send(node: 0, body: [], isComplete: true)), .sent),
        .init(
            "but not a third time", asked + [.lost, .routed(0), .connected(2), .lost],
            Actions(answer(.nodeFailed), leave: .closed(0)), .over),
        .init(
            "nor after an interim answer", asked + [.answered(100), .lost],
            Actions(answer(.nodeFailed), leave: .closed(0)), .over),
        .init(
            "a POST is not", .post, [.start, .routed(0), .connected(1), .body("body"), .end, .lost],
            Actions(answer(.nodeFailed), leave: .closed(0)), .over),
        .init(
            "unless its body is kept, and then to another node", .post,
            [.start, .routed(0), .connected(1), .body("body"), .end, .lost],
            Actions(.route(excluding: [0]), leave: .closed(0)), .routing, under: { $0.retry.postBodyLimit = 4 }),
        .init(
            "which gets the same body", .post,
            [.start, .routed(0), .connected(1), .body("bo"), .body("dy"), .lost, .routed(1), .connected(2)],
            Actions(.send(node: 1, body: [ByteBuffer(string: "bo"), ByteBuffer(string: "dy")], isComplete: false)),
            .sent, under: { $0.retry.postBodyLimit = 4 }),
        .init(
            "and its end if that has come", .post,
            [.start, .routed(0), .connected(1), .body("body"), .end, .lost, .routed(1), .connected(2)],
            Actions(.send(node: 1, body: [ByteBuffer(string: "body")], isComplete: true)), .sent,
            under: { $0.retry.postBodyLimit = 4 }),
        .init(
            "a body too long to be kept can't be sent again", .post,
            [.start, .routed(0), .connected(1), .body("bo"), .body("dy"), .end, .lost],
            Actions(answer(.nodeFailed), leave: .closed(0)), .over, under: { $0.retry.postBodyLimit = 3 }),
        .init(
            "an upgrade is sent once more, as a GET", .upgrade, asked + [.lost],
            Actions(.route(excluding: []), leave: .closed(0)), .routing),
        .init(
            "a request on a node that goes down is a 504", asked + [.wentDown],
            Actions(answer(.nodeTooSlow), leave: .closed(0)), .over),
        .init(
            "a last resort has its time", [.start, .lastResort(0), .connected(1), .woke(milliseconds: 2000)],
            Actions(answer(.nodeTooSlow), leave: .closed(0)), .over),
        .init(
            "which is as long as the behavior says",
            [.start, .lastResort(0), .connected(1), .woke(milliseconds: 2000)], Actions(.wait), .sent,
            under: { $0.distribution.lastResort = .seconds(3) }),
        .init(
            "an answer that ends early is cut off", answeringInChunks + [.lost],
            Actions(.truncate(after: nil), leave: .closed(0)), .over),
        .init(
            "as is one of a node that goes down", answeringInChunks + [.wentDown],
            Actions(.truncate(after: nil), leave: .closed(0)), .over),
        .init(
            "unless cuts are hidden", answeringInChunks + [.lost],
            Actions(.finish(rest: nil, trailers: nil, keepsAlive: true, entry: nil), leave: .closed(0)), .over,
            under: { $0.answers.cut = .hidden }),
        .init(
            "which a length does not allow", answering + [.lost], Actions(.truncate(after: nil), leave: .closed(0)),
            .over, under: { $0.answers.cut = .hidden }),
        .init("what was answered can't fail any more", answering + [.finished, .wentDown], .none, .over),
    ]

    @Test("when the node fails", arguments: failures)
    func failure(_ script: ExchangeScript) { script.check() }
}
