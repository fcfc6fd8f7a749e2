import DequeModule
import NIOCore
import NIOHTTP1
import Wire

/// One request of a client and its answer, over as many nodes as it takes.
final class Exchange {
    private let head: HTTPRequestHead
    private let facts: RequestFacts
    private let pinned: Int?
    private let worker: ProxyWorker
    private var client: ClientHandler?
    private var form: ForwardedResponse.Client

    private var attempt: AttemptMachine
    private var excluded: Set<Int> = []
    private var node: Int?
    private var setCookie: String?
    private var connection: NodeConnection?
    private var answer: ForwardedResponse?
    private var body: AnswerBody
    private var cached: AnswerCache.Entry?
    private var replay: ReplayBody
    /// Where a node may have so many tunnels only, the one kept for this request.
    private var place: TunnelPlace?
    private var wakeUp = WakeUp()
    /// Counts attempts, so that a connect given up is told from the present one.
    private var generation = 0

    /// Whether the whole request was taken from the client.
    private(set) var requestIsComplete = false

    init(
        head: HTTPRequestHead, facts: RequestFacts, pinned: Int?, keepsAlive: Bool, client: ClientHandler,
        worker: ProxyWorker
    ) {
        self.head = head
        self.facts = facts
        self.pinned = pinned
        self.client = client
        self.worker = worker
        form = ForwardedResponse.Client(
            isOld: head.isHTTP10, keepsAlive: keepsAlive, askedForHead: head.method == .HEAD)
        attempt = AttemptMachine(rules: worker.core.behavior.retry, repeatable: facts.repeatable)
        replay = ReplayBody(limit: head.method == .POST ? worker.core.behavior.retry.postBodyLimit : nil)
        body = AnswerBody(worker.core.behavior.answers, acceptsGzip: false, transforms: [])
    }

    private var answers: Behavior.Answers { worker.core.behavior.answers }

    func start() {
        if facts.upgrades, !worker.core.letsUpgrades { return answerLocally(.breakerOpen) }
        if let limit = worker.core.limits.bodyBytes, head.contentLength > limit { return answerLocally(.bodyTooLarge) }
        if let kept = worker.core.cache?.answer(to: head) { answerFromCache(kept) } else { route() }
    }

    // MARK: Attempts

    private func route() {
        generation += 1
        let query = BalancerMachine.Query(
            address: client?.remote?.host, cookie: facts.cookie, session: facts.session, excluded: excluded,
            pinned: pinned)
        switch worker.core.route(query) {
        case .refused: answerLocally(.refused)
        case .noNode: perform(attempt.noNode(at: .now))
        case .node(let node, let setCookie):
            attempt.connecting()
            use(node, setCookie)
        case .lastResort(let node, let setCookie):
            attempt.connectingAsLastResort(within: worker.core.behavior.distribution.lastResort ?? .zero, at: .now)
            use(node, setCookie)
        }
    }

    private func use(_ node: Int, _ setCookie: String?) {
        if facts.upgrades, let places = worker.core.tunnelPlaces {
            place = places.take(on: node)
            if place == nil { return answerLocally(.noRoom) }
        }
        self.node = node
        self.setCookie = setCookie
        worker.began(self, on: node)
        // After a repeat, and for what can't be repeated, a connection that may just be dying is no use.
        if generation == 1, !facts.upgrades, let pooled = worker.pool.take(node, repeatable: facts.repeatable) {
            return send(on: pooled)
        }
        arm()
        let expected = generation
        worker.connect(to: node) { connection in
            guard self.generation == expected, self.client != nil else {
                connection?.end(reusable: true)
                return
            }
            if let connection { return self.send(on: connection) }
            self.perform(self.attempt.connectFailed(at: .now))
        }
    }

    private func send(on connection: NodeConnection) {
        guard let client, let node else { return connection.end(reusable: true) }
        self.connection = connection
        client.served(by: node)
        attempt.sent()
        arm()
        connection.begin(self, upgrades: facts.upgrades)
        connection.wantsMore = client.isWritable
        let request = ForwardedHeaders.request(
            head, facts: facts, client: client.remote, listen: client.local ?? Endpoint(host: "", port: 0),
            node: worker.core.nodes[node].endpoint, behavior: worker.core.behavior)
        connection.write(.head(worker.core.forwarded(request)))
        for bytes in replay.bytes { connection.write(.body(.byteBuffer(bytes))) }
        if requestIsComplete { connection.write(.end(nil)) }
        connection.flush()
        client.pump()
        connection.flush()
    }

    private func perform(_ action: AttemptMachine.Action) {
        let failed = node
        leaveNode(reusable: false)
        switch action {
        case .nextNode:
            if let failed { excluded.insert(failed) }
            route()
        case .sendAgain: route()
        case .pause: arm()
        case .nextRound:
            excluded = []
            route()
        case .answer(503) where worker.core.behavior.distribution.noNode == .closed: client?.abort()
        case .answer(let status): answerLocally(.failure(status))
        case .truncate: cutAnswer()
        }
    }

    /// Lets the machine be woken when it wants to be.
    private func arm() {
        wakeUp.set(attempt.wakeAt, on: worker.loop) {
            self.wakeUp.fired()
            guard self.client != nil else { return }
            if let action = self.attempt.woke(at: .now) { self.perform(action) } else { self.arm() }
        }
    }

    /// The node's connection ended in the middle of its answer.
    private func cutAnswer() {
        guard let client else { return }
        if answers.cut == .hidden, let answer, answer.head.headers.contains(name: "transfer-encoding") {
            return deliverEnd(nil, of: answer, to: client)
        }
        truncate()
    }

    private func truncate() {
        leaveNode(reusable: false)
        let client = client
        self.client = nil
        client?.truncate()
    }

    private func leaveNode(reusable: Bool) {
        if let node { worker.ended(self, on: node) }
        node = nil
        place = nil
        let connection = connection
        self.connection = nil
        connection?.end(reusable: reusable)
    }

    private func answerLocally(_ answer: LocalAnswer) {
        guard let client else { return }
        self.client = nil
        generation += 1
        answer.write(to: client, headOnly: form.askedForHead, keepsAlive: form.keepsAlive, isOld: form.isOld)
        client.finished(self, keepsAlive: form.keepsAlive)
    }

    private func answerFromCache(_ kept: AnswerCache.Entry) {
        guard let client,
            let answer = ForwardedResponse(kept.head, client: form, setCookie: nil, behavior: worker.core.behavior)
        else { return route() }
        client.write(.head(answer.head))
        if answer.hasBody { client.write(.body(.byteBuffer(kept.body))) }
        deliverEnd(nil, of: answer, to: client)
    }

    // MARK: From the client

    /// Whether another part of the request can go on.
    var wantsRequest: Bool { !requestIsComplete && (connection?.isWritable ?? false) }

    func clientSent(_ part: HTTPServerRequestPart) {
        switch part {
        case .head: return
        case .body(let bytes):
            replay.append(bytes)
            connection?.write(.body(.byteBuffer(bytes)))
        case .end(let trailers):
            requestIsComplete = true
            connection?.write(.end(trailers))
            connection?.flush()
        }
        attempt.replayable = replay.isComplete
    }

    /// Whether the node can't answer before the client has sent more.
    var waitsForBody: Bool { wantsRequest && attempt.state == .sent }

    /// The rest of the request doesn't come, or can't be read.
    func refuse(_ answer: LocalAnswer) {
        if attempt.state == .answered { return truncate() }
        leaveNode(reusable: false)
        form.keepsAlive = false
        answerLocally(answer)
    }

    func flushNode() { connection?.flush() }

    func clientTakes(more: Bool) { connection?.wantsMore = more }

    func clientGone() {
        if facts.upgrades, let node, attempt.state == .sent { worker.core.abortedUpgrade(node, silentFor: nil) }
        client = nil
        generation += 1
        if answers.abandoned == .continued, requestIsComplete, !facts.upgrades, let connection {
            connection.wantsMore = true
        } else {
            leaveNode(reusable: false)
        }
    }

    /// Ends a request that goes on without its client.
    func shutDown() {
        if client == nil { leaveNode(reusable: false) }
    }

    // MARK: From the node

    func nodeTakesMore() {
        client?.pump()
        connection?.flush()
    }

    func nodeAnswered(_ head: HTTPResponseHead) {
        guard let client, let node else { return }
        worker.core.answered(node, to: client.remote?.host)
        switch head.status.code {
        case 101 where facts.upgrades: return enterTunnel(head)
        case 101: return perform(.answer(502))
        case 100..<200:
            attempt.informed()
            if !form.isOld {
                let headers = ForwardedHeaders.endToEnd(head.headers)
                client.write(.head(HTTPResponseHead(version: .http1_1, status: head.status, headers: headers)))
                client.flush()
            }
            return
        default: break
        }
        attempt.answered()
        arm()
        if facts.upgrades {
            worker.core.refusedUpgrade(node, status: Int(head.status.code), ofSession: facts.session != nil)
        }
        if let page = LocalAnswer.replacement(of: head.status, upgrades: facts.upgrades, worker.core.behavior) {
            leaveNode(reusable: false)
            return answerLocally(page)
        }
        let forwarded = ForwardedResponse(
            head, client: form, setCookie: setCookie, behavior: worker.core.behavior)
        guard let forwarded else { return perform(.answer(502)) }
        answer = forwarded
        cached = worker.core.cache?.entry(for: head, to: self.head)
        body = AnswerBody(
            answers, acceptsGzip: self.head.acceptsGzip, transforms: worker.core.bodyTransforms(head, to: self.head))
        client.write(.head(forwarded.head))
    }

    func nodeSent(_ bytes: ByteBuffer) {
        guard let client, let answer, answer.hasBody else { return }
        cached?.body.writeImmutableBuffer(bytes)
        let passed = body.pass(bytes)
        if passed.bytes.readableBytes > 0 { client.write(.body(.byteBuffer(passed.bytes))) }
        if passed.isCut { return truncate() }
        if !client.isWritable { connection?.wantsMore = false }
    }

    func nodeFinished(_ trailers: HTTPHeaders?) {
        guard let client, let answer else { return leaveNode(reusable: requestIsComplete) }
        if let cached { worker.core.cache?.keep(cached, for: head) }
        leaveNode(reusable: requestIsComplete)
        deliverEnd(trailers, of: answer, to: client)
    }

    private func deliverEnd(_ trailers: HTTPHeaders?, of answer: ForwardedResponse, to client: ClientHandler) {
        self.client = nil
        generation += 1
        let held = body.finish()
        if answer.hasBody, held.readableBytes > 0 { client.write(.body(.byteBuffer(held))) }
        client.write(.end(answer.head.headers.contains(name: "transfer-encoding") ? trailers : nil))
        client.flush()
        client.finished(self, keepsAlive: answer.keepsAlive)
    }

    func flushClient() { client?.flush() }

    func nodeLost() {
        connection = nil
        guard client != nil else { return leaveNode(reusable: false) }
        perform(attempt.lost(at: .now))
    }

    func nodeWentDown() {
        guard client != nil else { return leaveNode(reusable: false) }
        perform(attempt.nodeWentDown(at: .now))
    }

    // MARK: Leaving HTTP

    private func enterTunnel(_ head: HTTPResponseHead) {
        guard let client, let connection, let node else { return }
        worker.core.acceptedUpgrade()
        client.write(
            .head(ForwardedResponse.switching(head, setCookie: setCookie, behavior: worker.core.behavior)))
        client.flush()
        self.client = nil
        self.connection = nil
        generation += 1
        worker.ended(self, on: node)
        Tunnel.open(from: client, to: connection, node: node, place: place, worker: worker)
        place = nil
    }
}
