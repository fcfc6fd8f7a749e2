import Clocks
import NIOCore
import NIOHTTP1
import Testing
import Wire

@testable import StickyProxy

/// One row of a table: a rule of ``ExchangeMachine``, and events that show it.
struct ExchangeScript: Sendable, CustomTestStringConvertible {
    enum Request: Sendable { case get, head, oldGet, post, upgrade }

    enum Event: Sendable {
        case start, startWithAnswerKept, startWithBreakerOpen
        case routed(NodeID), lastResort(NodeID), noNode, refused
        /// The node has as much as it may, and the request may wait so long for it.
        case full(NodeID, waits: Duration?), queueIsFull, gotPlace(milliseconds: Int)
        case connected(Int), connectFailed(Int)
        /// The head of a two-byte answer, or of one in chunks.
        case answered(Int), answeredInChunks
        case sent(String), finished, finishedWithTrailers, lost, wentDown
        case body(String), end, clientFailed, clientGone
        case woke(milliseconds: Int), shutDown
    }

    enum Phase: Sendable { case routing, queued, connecting, sent, answering, tunnelling, orphaned, over }

    /// What the request is, and the knobs that are not the reference's.
    struct Setting: Sendable {
        var request = Request.get
        var change: @Sendable (inout Behavior) -> Void = { _ in }
    }

    let rule: String
    let setting: Setting
    let events: [Event]
    /// What the last event leads to.
    let last: ExchangeMachine.Actions
    let phase: Phase

    init(
        _ rule: String, _ request: Request, _ events: [Event], _ last: ExchangeMachine.Actions, _ phase: Phase,
        under change: @escaping @Sendable (inout Behavior) -> Void = { _ in }
    ) {
        self.rule = rule
        setting = Setting(request: request, change: change)
        self.events = events
        self.last = last
        self.phase = phase
    }

    /// A row whose request is a GET.
    init(
        _ rule: String, _ events: [Event], _ last: ExchangeMachine.Actions, _ phase: Phase,
        under change: @escaping @Sendable (inout Behavior) -> Void = { _ in }
    ) {
        self.init(rule, .get, events, last, phase, under: change)
    }

    var testDescription: String { rule }

    /// Runs the events and compares where they lead.
    func check(sourceLocation: SourceLocation = #_sourceLocation) {
        let behavior = Behavior.reference.with(setting.change)
        var machine = ExchangeMachine(setting.request, under: behavior)
        let start = MonotonicClock.now
        var last = ExchangeMachine.Actions.none
        for event in events { last = machine.take(event, under: behavior, from: start) }
        #expect(last == self.last, sourceLocation: sourceLocation)
        #expect(machine.state.phase == phase, sourceLocation: sourceLocation)
    }
}

extension ExchangeMachine {
    static let two = ByteBuffer(string: "ok")
    static let kept = AnswerCache.Entry(head: .answer(200), body: two)

    init(_ request: ExchangeScript.Request, under behavior: Behavior) {
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/", headers: ["Host": "a"])
        switch request {
        case .get: break
        case .head: head.method = .HEAD
        case .oldGet: head.version = .http1_0
        case .post:
            head.method = .POST
            head.headers.add(name: "Content-Length", value: "4")
        case .upgrade:
            head.headers.add(name: "Upgrade", value: "websocket")
            head.headers.add(name: "Connection", value: "Upgrade")
        }
        let (read, rules) = (RequestHead.read(head), RequestRules(behavior))
        self.init(read, facts: RequestFacts(read, under: rules), keepsAlive: true, under: rules)
    }

    mutating func take(
        _ event: ExchangeScript.Event, under behavior: Behavior, from start: MonotonicClock.Instant
    ) -> Actions {
        func begin(kept: AnswerCache.Entry? = nil, letsUpgrades: Bool = true) -> Actions {
            self.start(under: RequestRules(behavior), letsUpgrades: letsUpgrades, kept: kept)
        }
        func answered(_ head: ResponseHead) -> Actions {
            let keeps = behavior.answers.cache != nil
            return nodeAnswered(
                head, under: RequestRules(behavior), transforms: [],
                entry: keeps ? AnswerCache.Entry(head: head, body: ByteBuffer()) : nil)
        }
        return switch event {
        case .start: begin()
        case .startWithAnswerKept: begin(kept: Self.kept)
        case .startWithBreakerOpen: begin(letsUpgrades: false)
        case .routed(let node): routed(.node(node, setCookie: nil), at: start)
        case .lastResort(let node): routed(.lastResort(node, setCookie: nil), at: start)
        case .noNode: routed(.noNode, at: start)
        case .refused: routed(.refused, at: start)
        case .full(let node, let patience): foundNoRoom(.node(node, setCookie: nil), waitingFor: patience, at: start)
        case .queueIsFull: queueIsFull()
        case .gotPlace(let milliseconds): gotPlace(at: start + .milliseconds(milliseconds))
        case .connected(let attempt): connected(attempt, at: start)
        case .connectFailed(let attempt): connectFailed(attempt, at: start)
        case .answered(let status): answered(.answer(status))
        case .answeredInChunks: answered(.inChunks)
        case .sent(let text): nodeSent(ByteBuffer(string: text))
        case .finished: nodeFinished(nil)
        case .finishedWithTrailers: nodeFinished(["Digest": "1"])
        case .lost: nodeLost(at: start)
        case .wentDown: nodeWentDown(at: start)
        case .body(let text): clientSent(ByteBuffer(string: text))
        case .end: clientFinished(nil)
        case .clientFailed: clientFailed(.tooSlow)
        case .clientGone: clientGone()
        case .woke(let milliseconds): woke(at: start + .milliseconds(milliseconds))
        case .shutDown: shutDown()
        }
    }
}

extension ExchangeMachine.State {
    var phase: ExchangeScript.Phase {
        switch self {
        case .routing: .routing
        case .queued: .queued
        case .connecting: .connecting
        case .sent: .sent
        case .answering: .answering
        case .tunnelling: .tunnelling
        case .orphaned: .orphaned
        case .over: .over
        }
    }
}

extension ExchangeMachine.Leaving {
    static func closed(_ node: NodeID) -> Self { Self(node: node, reusable: false) }
    static func kept(_ node: NodeID) -> Self { Self(node: node, reusable: true) }
}
