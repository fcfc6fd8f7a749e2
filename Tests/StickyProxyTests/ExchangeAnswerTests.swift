import Clocks
import NIOCore
import NIOHTTP1
import Testing

@testable import StickyProxy

@Suite("An exchange comes to its end")
struct ExchangeAnswerTests {
    typealias Actions = ExchangeMachine.Actions
    typealias Event = ExchangeScript.Event

    static let two = ExchangeMachine.two
    static let asked = ExchangeMachineTests.asked
    static let answering = ExchangeMachineTests.answering
    static let uploading: [Event] = [.start, .routed(0), .connected(1), .body("bo")]

    static func finish(_ rest: ByteBuffer? = nil, keepsAlive: Bool = true, entry: AnswerCache.Entry? = nil)
        -> ExchangeMachine.Step
    {
        .finish(rest: rest, trailers: nil, keepsAlive: keepsAlive, entry: entry)
    }

    static func answer(_ answer: LocalAnswer, keepsAlive: Bool = true) -> ExchangeMachine.Step {
        .answer(answer, keepsAlive: keepsAlive)
    }

    // MARK: Answers

    static let old = ForwardedHead(HTTPResponseHead(version: .http1_1, status: .ok, headers: ["Connection": "close"]))
    static let caching: @Sendable (inout Behavior) -> Void = {
        $0.answers.cache = Behavior.Answers.Cache(methods: ["GET"], statuses: [200])
    }

    static let answers: [ExchangeScript] = [
        .init(
            "a part of the request goes on", .post, uploading, Actions(.forward(ByteBuffer(string: "bo"))), .sent),
        .init("and so does its end", .post, uploading + [.end], Actions(.forwardEnd(nil)), .sent),
        .init(
            "even when the answer has begun", .post, uploading + [.answered(200), .body("dy")],
            Actions(.forward(ByteBuffer(string: "dy"))), .answering),
        .init(
            "an interim answer is passed on", asked + [.answered(103)],
            Actions(.inform(.answer(103)), report: .answered(node: 0)), .sent),
        .init(
            "but not to a client that knows none", .oldGet, asked + [.answered(103)],
            Actions(.none, report: .answered(node: 0)), .sent),
        .init(
            "the head is delivered at once", answering,
            Actions(.deliverHead(.answer(200)), report: .answered(node: 0)), .answering),
        .init("and so is each piece of the body", answering + [.sent("ok")], Actions(.deliver(two)), .answering),
        .init("a HEAD gets none", .head, answering + [.sent("ok")], .none, .answering),
        .init(
            "the end leaves the connection to others", answering + [.sent("ok"), .finished],
            Actions(finish(), leave: .kept(0)), .over),
        .init(
            "unless the request is not complete", .post, uploading + [.answered(200), .finished],
            Actions(finish(), leave: .closed(0)), .over),
        .init(
            "trailers follow the last chunk", ExchangeMachineTests.answeringInChunks + [.finishedWithTrailers],
            Actions(
                .finish(rest: nil, trailers: ["Digest": "1"], keepsAlive: true, entry: nil), leave: .kept(0)), .over),
        .init(
            "but nothing follows a length", answering + [.finishedWithTrailers], Actions(finish(), leave: .kept(0)),
            .over),
        .init(
            "a client that knows no chunks is told the end by that of its connection", .oldGet,
            asked + [.answeredInChunks], Actions(.deliverHead(old), report: .answered(node: 0)), .answering),
        .init(
            "which carries no other request then", .oldGet, asked + [.answeredInChunks, .finished],
            Actions(finish(keepsAlive: false), leave: .kept(0)), .over),
        .init(
            "a body may be held back", answering + [.sent("o")], .none, .answering,
            under: { $0.answers.buffering = .whole }),
        .init(
            "until it is complete", answering + [.sent("o"), .sent("k"), .finished],
            Actions(finish(two), leave: .kept(0)), .over, under: { $0.answers.buffering = .whole }),
        .init(
            "a body that is too long is cut", answering + [.sent("ok!")],
            Actions(.truncate(after: two), leave: .closed(0)), .over, under: { $0.answers.bodyLimit = 2 }),
        .init(
            "an error may be replaced", asked + [.answered(500)],
            Actions(
                answer(LocalAnswer(status: .internalServerError, text: "500 Internal Server Error\n")),
                report: .answered(node: 0), leave: .closed(0)), .over, under: { $0.answers.errors = .replaced }),
        .init(
            "a 101 that nobody asked for is a node's failure", asked + [.answered(101)],
            Actions(answer(.nodeFailed), report: .answered(node: 0), leave: .closed(0)), .over),
        .init(
            "an answer is kept when it is complete", answering + [.sent("ok"), .finished],
            Actions(finish(entry: ExchangeMachine.kept), leave: .kept(0)), .over, under: caching),
        .init(
            "but not if it ends early", ExchangeMachineTests.answeringInChunks + [.lost],
            Actions(finish(), leave: .closed(0)), .over,
            under: {
                caching(&$0)
                $0.answers.cut = .hidden
            }),
        .init(
            "one that was kept needs no node", [.startWithAnswerKept],
            Actions(.deliverKept(.answer(200), body: two, keepsAlive: true)), .over),
        .init(
            "nor has it a body for a HEAD", .head, [.startWithAnswerKept],
            Actions(.deliverKept(.answer(200), body: nil, keepsAlive: true)), .over),
    ]

    @Test("by an answer", arguments: answers)
    func answer(_ script: ExchangeScript) { script.check() }

    // MARK: Upgrades

    static let upgrades: [ExchangeScript] = [
        .init(
            "a 101 opens a tunnel", .upgrade, asked + [.answered(101)],
            Actions(.openTunnel(.answer(101), node: 0), report: .acceptedUpgrade(node: 0)), .tunnelling),
        .init(
            "another status is an answer like others, and told", .upgrade, asked + [.answered(403)],
            Actions(.deliverHead(.answer(403)), report: .refusedUpgrade(node: 0, status: 403)), .answering),
        .init(
            "or hidden behind a 502", .upgrade, asked + [.answered(403)],
            Actions(
                answer(.upgradeRefused), report: .refusedUpgrade(node: 0, status: 403), leave: .closed(0)), .over,
            under: { $0.upgrade.refusal = .badGateway }),
        .init(
            "a client that leaves before the answer is told", .upgrade, asked + [.clientGone],
            Actions(.none, report: .abortedUpgrade(node: 0), leave: .closed(0)), .over),
        .init(
            "also if the 101 finds it gone", .upgrade, asked + [.answered(101), .clientGone],
            Actions(.none, report: .abortedUpgrade(node: 0), leave: .closed(0)), .over),
        .init(
            "one that leaves after a refusal is not", .upgrade, asked + [.answered(403), .clientGone],
            Actions(.none, leave: .closed(0)), .over),
        .init(
            "nor one that leaves before there is a connection", .upgrade, [.start, .routed(0), .clientGone],
            Actions(.none, leave: .closed(0)), .over),
        .init(
            "a tunnel is no exchange to shut down", .upgrade, asked + [.answered(101), .shutDown], .none, .tunnelling),
    ]

    @Test("by an upgrade", arguments: upgrades)
    func upgrade(_ script: ExchangeScript) { script.check() }

    // MARK: The client

    static let continued: @Sendable (inout Behavior) -> Void = { $0.answers.abandoned = .continued }
    static let orphaned = asked + [.clientGone]

    static let departures: [ExchangeScript] = [
        .init("a pause", [.start, .routed(0), .connectFailed(1), .noNode, .clientGone], .none, .over),
        .init(
            "nobody is woken then",
            [.start, .routed(0), .connectFailed(1), .noNode, .clientGone, .woke(milliseconds: 200)], .none, .over),
        .init("a connect", [.start, .routed(0), .clientGone], Actions(.none, leave: .closed(0)), .over),
        .init("a request", asked + [.clientGone], Actions(.none, leave: .closed(0)), .over),
        .init("an answer", answering + [.clientGone], Actions(.none, leave: .closed(0)), .over),
        .init(
            "a request that goes on all the same", orphaned, Actions(.drain), .orphaned, under: continued),
        .init(
            "an answer that goes on all the same", answering + [.clientGone], Actions(.drain), .orphaned,
            under: continued),
        .init(
            "half a request does not", .post, uploading + [.clientGone], Actions(.none, leave: .closed(0)), .over,
            under: continued),
        .init(
            "nor does an upgrade", .upgrade, asked + [.clientGone],
            Actions(.none, report: .abortedUpgrade(node: 0), leave: .closed(0)), .over, under: continued),
        .init(
            "not even one that was refused", .upgrade, asked + [.answered(403), .clientGone],
            Actions(.none, leave: .closed(0)), .over, under: continued),
        .init(
            "without a client an answer is nobody's", orphaned + [.answered(200), .sent("ok")], .none, .orphaned,
            under: continued),
        .init(
            "and leaves the connection to others", orphaned + [.answered(200), .finished],
            Actions(.none, leave: .kept(0)), .over, under: continued),
        .init(
            "a failure is none of its concern", orphaned + [.lost], Actions(.none, leave: .closed(0)), .over,
            under: continued),
        .init(
            "nor is a node that goes down", orphaned + [.wentDown], Actions(.none, leave: .closed(0)), .over,
            under: continued),
        .init(
            "the shutdown ends it", orphaned + [.shutDown], Actions(.none, leave: .closed(0)), .over,
            under: continued),
        .init("and leaves to its client what has one", asked + [.shutDown], .none, .sent),
        .init(
            "a request that doesn't come is refused", .post, uploading + [.clientFailed],
            Actions(answer(.tooSlow, keepsAlive: false), leave: .closed(0)), .over),
        .init(
            "or its answer is cut off", .post, uploading + [.answered(200), .clientFailed],
            Actions(.truncate(after: nil), leave: .closed(0)), .over),
        .init("what is over can't be refused", answering + [.finished, .clientFailed], .none, .over),
    ]

    @Test("by the client, who leaves or fails during", arguments: departures)
    func departure(_ script: ExchangeScript) { script.check() }

    // MARK: Waiting

    /// The events, whether more of the request is taken, and whether the node waits for it.
    static let waiting: [(events: [Event], takes: Bool, waits: Bool)] = [
        ([.start, .routed(0)], false, false),
        ([.start, .routed(0), .connected(1)], true, true),
        ([.start, .routed(0), .connected(1), .end], false, false),
        ([.start, .routed(0), .connected(1), .answered(100)], true, true),
        ([.start, .routed(0), .connected(1), .answered(200)], true, false),
        ([.start, .routed(0), .connected(1), .answered(200), .finished], false, false),
    ]

    @Test("and more of the request is taken while a node has it", arguments: waiting)
    func takesRequest(_ row: (events: [Event], takes: Bool, waits: Bool)) {
        var machine = ExchangeMachine(.post, under: .reference)
        for event in row.events { _ = machine.take(event, under: .reference, from: .now) }
        #expect(machine.takesRequest == row.takes)
        #expect(machine.waitsForRequest == row.waits)
    }

    @Test("and nobody is woken for a client that left")
    func wakeAt() {
        var machine = ExchangeMachine(.get, under: .reference)
        let now = MonotonicClock.now
        for event in [Event.start, .routed(0), .connectFailed(1), .noNode] {
            _ = machine.take(event, under: .reference, from: now)
        }
        #expect(machine.wakeAt == now + .milliseconds(200))
        _ = machine.clientGone()
        #expect(machine.wakeAt == nil)
    }

    @Test("and the cookie comes with the attempt that is answered")
    func cookie() throws {
        var machine = ExchangeMachine(.get, under: .reference)
        let now = MonotonicClock.now
        _ = machine.take(.start, under: .reference, from: now)
        _ = machine.routed(.node(0, setCookie: "first"), at: now)
        _ = machine.connectFailed(1, at: now)
        _ = machine.routed(.node(1, setCookie: "second"), at: now)
        _ = machine.connected(2, at: now)
        let actions = machine.nodeAnswered(
            .answer(200), under: RequestRules(.reference), transforms: [], entry: nil)
        guard case .deliverHead(let head) = actions.step else {
            Issue.record("\(actions)")
            return
        }
        #expect(head.values("set-cookie") == ["sticklersrv=second; Path=/; HttpOnly; SameSite=Lax"])
    }
}
