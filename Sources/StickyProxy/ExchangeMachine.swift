import Clocks
import NIOCore
import NIOHTTP1
import Wire

/// Decides how one request of a client comes to its answer, over as many nodes as it takes. What a node's failure leaves
/// possible is ``AttemptMachine``'s judgement; what each ``State`` holds is known here.
struct ExchangeMachine {
    /// What decides over failures. The rest of the behavior is large, and comes with the events that need it.
    private struct Rules {
        let lastResort: Duration
        let noNode: Behavior.Distribution.NoNode
        let cut: Behavior.Answers.Cut
        let abandoned: Behavior.Answers.Abandoned
        let firstByte: Behavior.Limits.FirstByte?
        let cookieAfterRetry: Behavior.Retry.CookieAfterRetry
    }

    let head: RequestHead
    let facts: RequestFacts
    private(set) var form: ForwardedResponse.Client
    private let rules: Rules
    private(set) var state = State.routing(attempts: 0)
    private var attempt: AttemptMachine
    private var excluded: Set<NodeID> = []
    private var replay: ReplayBody
    /// When the answer must have begun.
    private var answerDue: MonotonicClock.Instant?
    /// The affinity cookie of the node that was chosen first.
    private var firstCookie: String?
    /// Whether the whole request was taken from the client.
    private var requestIsComplete = false

    init(_ head: RequestHead, facts: RequestFacts, keepsAlive: Bool, under requestRules: RequestRules) {
        self.head = head
        self.facts = facts
        form = ForwardedResponse.Client(
            isOld: head.isHTTP10, keepsAlive: keepsAlive, askedForHead: head.method == .HEAD)
        rules = Rules(
            lastResort: requestRules.behavior.distribution.lastResort ?? .zero,
            noNode: requestRules.behavior.distribution.noNode, cut: requestRules.behavior.answers.cut,
            abandoned: requestRules.behavior.answers.abandoned, firstByte: requestRules.behavior.limits.firstByte,
            cookieAfterRetry: requestRules.behavior.retry.cookie)
        attempt = AttemptMachine(rules: requestRules.behavior.retry, repeatable: facts.repeatable)
        replay = ReplayBody(limit: head.method == .POST ? requestRules.behavior.retry.postBodyLimit : nil)
    }

    /// The client's connection ends with the answer, if that has not begun.
    mutating func endConnection() { form.keepsAlive = false }

    // MARK: Attempts

    /// The request is to be answered.
    mutating func start(
        under requestRules: RequestRules, letsUpgrades: @autoclosure () -> Bool,
        kept: @autoclosure () -> AnswerCache.Entry?
    ) -> Actions {
        if facts.upgrades, !letsUpgrades() { return answer(.breakerOpen) }
        if let limit = requestRules.behavior.limits.bodyBytes, (head.contentLength ?? 0) > limit {
            return answer(.bodyTooLarge)
        }
        guard let kept = kept() else { return Actions(.route(excluding: excluded)) }
        let answer = ForwardedResponse(kept.head, client: form, setCookie: nil, under: requestRules)
        state = .over
        return Actions(
            .deliverKept(answer.head, body: answer.hasBody ? kept.body : nil, keepsAlive: answer.keepsAlive))
    }

    /// A node was chosen, or there is none.
    mutating func routed(_ route: BalancerMachine.Route, at now: MonotonicClock.Instant) -> Actions {
        guard case .routing(let attempts) = state else { return .none }
        switch route {
        case .refused: return answer(.refused)
        case .noNode: return follow(attempt.noNode(at: now))
        case .node(let node, var setCookie):
            attempt.connecting()
            if rules.cookieAfterRetry == .ofTheFirst {
                if attempts == 0 { firstCookie = setCookie }
                setCookie = firstCookie ?? setCookie
            }
            return connect(Target(attempt: attempts + 1, node: node, setCookie: setCookie))
        case .lastResort(let node, let setCookie):
            attempt.connectingAsLastResort(within: rules.lastResort, at: now)
            return connect(Target(attempt: attempts + 1, node: node, setCookie: setCookie))
        }
    }

    /// No node is to be had where a router sent the request.
    mutating func failed(_ failure: RoutedRequest.Failure) -> Actions {
        switch failure {
        case .answer(let answer): self.answer(LocalAnswer(answer))
        case .drop: end(.abort)
        // Nothing wakes it but its client's patience.
        case .silence: .none
        }
    }

    /// The node that was chosen has as much as it may; the request waits so long for a place there, or not at all.
    mutating func foundNoRoom(
        _ route: BalancerMachine.Route, waitingFor patience: Duration?, at now: MonotonicClock.Instant
    ) -> Actions {
        guard case .routing(let attempts) = state, let node = route.node, let patience else { return answer(.noRoom) }
        state = .queued(route, attempts: attempts, until: now + patience)
        return Actions(.queue(node: node))
    }

    /// As many wait for the node as may.
    mutating func queueIsFull() -> Actions { answer(.noRoom) }

    /// There is room at the node now.
    mutating func gotPlace(at now: MonotonicClock.Instant) -> Actions {
        guard case .queued(let route, let attempts, _) = state else { return .none }
        state = .routing(attempts: attempts)
        return routed(route, at: now)
    }

    private mutating func connect(_ target: Target) -> Actions {
        state = .connecting(target)
        return Actions(.connect(target, mayReuse: target.attempt == 1 && !facts.upgrades))
    }

    /// There is a connection to the node of this attempt.
    mutating func connected(_ attempt: Int, at now: MonotonicClock.Instant) -> Actions {
        guard case .connecting(let target) = state, target.attempt == attempt else { return Actions(.giveBack) }
        self.attempt.sent()
        answerDue = rules.firstByte.map { now + $0.limit }
        state = .sent(target)
        return Actions(.send(node: target.node, body: replay.bytes, isComplete: requestIsComplete))
    }

    /// The connect to the node of this attempt failed or timed out.
    mutating func connectFailed(_ attempt: Int, at now: MonotonicClock.Instant) -> Actions {
        guard case .connecting(let target) = state, target.attempt == attempt else { return .none }
        return follow(self.attempt.connectFailed(at: now))
    }

    /// When to call ``woke(at:)``; nil for never.
    var wakeAt: MonotonicClock.Instant? {
        switch state {
        case .queued(_, _, let end): end
        case .sent: answerDue.map { min($0, attempt.wakeAt ?? $0) } ?? attempt.wakeAt
        case .routing, .connecting, .answering: attempt.wakeAt
        case .tunnelling, .orphaned, .over: nil
        }
    }

    /// Some time passed, perhaps not yet enough.
    mutating func woke(at now: MonotonicClock.Instant) -> Actions {
        guard state.hasClient else { return .none }
        if case .queued(_, _, let end) = state { return now >= end ? answer(.noRoom) : Actions(.wait) }
        if case .sent = state, let answerDue, now >= answerDue {
            let isForNext = rules.firstByte?.then == .sentToNextNode && requestIsComplete && attempt.late()
            return isForNext ? follow(.nextNode) : answer(.late(rules.firstByte))
        }
        return attempt.woke(at: now).map { follow($0) } ?? Actions(.wait)
    }

    /// Leaves the node, and does what may still be done.
    private mutating func follow(_ action: AttemptMachine.Action) -> Actions {
        switch action {
        case .nextNode:
            if let node = state.node { excluded.insert(node) }
            return reroute()
        case .sendAgain: return reroute()
        case .pause: return Actions(.wait)
        case .nextRound:
            excluded = []
            return reroute()
        case .answer(503) where rules.noNode == .closed: return end(.abort)
        case .answer(let status): return answer(.failure(status))
        case .truncate:
            guard case .answering(let answer, _) = state, rules.cut == .hidden, answer.isChunked else {
                return end(.truncate(after: nil))
            }
            return finish(answer, trailers: nil, isWhole: false)
        }
    }

    private mutating func reroute() -> Actions {
        let leave = leaving()
        switch state {
        case .connecting(let target), .sent(let target): state = .routing(attempts: target.attempt)
        case .routing, .queued, .answering, .tunnelling, .orphaned, .over: break
        }
        return Actions(.route(excluding: excluded), leave: leave)
    }

    private mutating func answer(_ answer: LocalAnswer, report: Report? = nil) -> Actions {
        end(.answer(answer, keepsAlive: form.keepsAlive), report: report)
    }

    /// Ends the exchange with its last step.
    private mutating func end(_ step: Step, report: Report? = nil, reusable: Bool = false) -> Actions {
        let leave = leaving(reusable: reusable)
        state = .over
        return Actions(step, report: report, leave: leave)
    }

    private func leaving(reusable: Bool = false) -> Leaving? {
        state.node.map { Leaving(node: $0, reusable: reusable) }
    }

    // MARK: From the client

    /// Whether a node is there to take more of the request.
    var takesRequest: Bool { state.hasRequest && !requestIsComplete }

    /// Whether the node can't answer before the client has sent more.
    var waitsForRequest: Bool {
        if case .sent = state { !requestIsComplete } else { false }
    }

    /// A piece of the request's body came.
    mutating func clientSent(_ bytes: ByteBuffer) -> Actions {
        replay.append(bytes)
        attempt.replayable = replay.isComplete
        return takesRequest ? Actions(.forward(bytes)) : .none
    }

    /// The request's end came.
    mutating func clientFinished(_ trailers: HTTPHeaders?) -> Actions {
        let isTaken = takesRequest
        requestIsComplete = true
        attempt.replayable = replay.isComplete
        return isTaken ? Actions(.forwardEnd(trailers)) : .none
    }

    /// The rest of the request doesn't come, or can't be read.
    mutating func clientFailed(_ answer: LocalAnswer) -> Actions {
        switch state {
        case .routing, .queued, .connecting, .sent: end(.answer(answer, keepsAlive: false))
        case .answering: end(.truncate(after: nil))
        case .tunnelling, .orphaned, .over: .none
        }
    }

    /// The client left.
    mutating func clientGone() -> Actions {
        switch state {
        case .sent(let target) where facts.upgrades: end(.none, report: .abortedUpgrade(node: target.node))
        case .tunnelling(let node): end(.none, report: .abortedUpgrade(node: node))
        case .sent(let target): abandon(target.node)
        case .answering(_, let node): abandon(node)
        case .routing, .queued, .connecting: end(.none)
        case .orphaned, .over: .none
        }
    }

    private mutating func abandon(_ node: NodeID) -> Actions {
        guard rules.abandoned == .continued, requestIsComplete, !facts.upgrades else { return end(.none) }
        state = .orphaned(node: node)
        return Actions(.drain)
    }

    /// The proxy shuts down; clients leave by themselves then.
    mutating func shutDown() -> Actions {
        if case .orphaned = state { end(.none) } else { .none }
    }

    // MARK: From the node

    /// The head of an answer came, perhaps an interim one.
    mutating func nodeAnswered(
        _ head: ResponseHead, under requestRules: RequestRules, transforms: @autoclosure () -> [any StreamTransform],
        entry: @autoclosure () -> AnswerCache.Entry?
    ) -> Actions {
        guard case .sent(let target) = state else { return .none }
        let node = target.node
        switch head.status {
        case 101 where facts.upgrades:
            state = .tunnelling(node: node)
            let head = ForwardedResponse.switching(head, setCookie: target.setCookie, under: requestRules)
            return Actions(.openTunnel(head, node: node), report: .acceptedUpgrade(node: node))
        case 101: return answer(.nodeFailed, report: .answered(node: node))
        case 100..<200:
            attempt.informed()
            guard !form.isOld else { return Actions(.none, report: .answered(node: node)) }
            return Actions(.inform(ForwardedResponse.interim(head)), report: .answered(node: node))
        case _ where facts.upgrades && requestRules.behavior.upgrade.tunnel == .anyAnswer:
            state = .tunnelling(node: node)
            return Actions(
                .openTunnel(ForwardedResponse.refusing(head), node: node),
                report: .refusedUpgrade(node: node, status: head.status))
        default: break
        }
        attempt.answered()
        let report =
            facts.upgrades
            ? Report.refusedUpgrade(node: node, status: head.status) : .answered(node: node)
        if let page = LocalAnswer.replacement(of: head.status, upgrades: facts.upgrades, requestRules) {
            return answer(page, report: report)
        }
        let response = ForwardedResponse(head, client: form, setCookie: target.setCookie, under: requestRules)
        let body = AnswerBody(under: requestRules, acceptsGzip: self.head.acceptsGzip, transforms: transforms())
        state = .answering(AnswerInProgress(response, body: body, entry: entry()), node: node)
        return Actions(.deliverHead(response.head), report: report)
    }

    /// A piece of the answer's body came.
    mutating func nodeSent(_ bytes: ByteBuffer) -> Actions {
        guard case .answering(var answer, let node) = state else { return .none }
        // A second reference from the state would make each write to a body that is kept copy all of it.
        state = .over
        let passed = answer.pass(bytes)
        state = .answering(answer, node: node)
        if passed.isCut { return end(.truncate(after: passed.bytes)) }
        return passed.bytes.readableBytes > 0 ? Actions(.deliver(passed.bytes)) : .none
    }

    /// The answer's end came.
    mutating func nodeFinished(_ trailers: HTTPHeaders?) -> Actions {
        switch state {
        case .answering(let answer, _): finish(answer, trailers: trailers, isWhole: true)
        case .orphaned: end(.none, reusable: requestIsComplete)
        case .routing, .queued, .connecting, .sent, .tunnelling, .over: .none
        }
    }

    private mutating func finish(_ answer: AnswerInProgress, trailers: HTTPHeaders?, isWhole: Bool) -> Actions {
        var answer = answer
        return end(
            .finish(
                rest: answer.finish(), trailers: answer.isChunked ? trailers : nil, keepsAlive: answer.keepsAlive,
                entry: isWhole ? answer.entry : nil),
            reusable: isWhole && requestIsComplete)
    }

    /// The node's connection ended.
    mutating func nodeLost(at now: MonotonicClock.Instant) -> Actions {
        nodeFailed { $0.lost(at: now) }
    }

    /// The node was found to be down.
    mutating func nodeWentDown(at now: MonotonicClock.Instant) -> Actions {
        nodeFailed { $0.nodeWentDown(at: now) }
    }

    private mutating func nodeFailed(_ judge: (inout AttemptMachine) -> AttemptMachine.Action) -> Actions {
        switch state {
        case .connecting, .sent, .answering: follow(judge(&attempt))
        case .orphaned: end(.none)
        case .routing, .queued, .tunnelling, .over: .none
        }
    }
}
