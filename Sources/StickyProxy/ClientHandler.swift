import NIOCore
import NIOHTTP1
import Wire

/// The HTTP side of a client's connection: does what ``ClientRequestQueue`` decides.
final class ClientHandler: ChannelDuplexHandler, RemovableChannelHandler, TunnelOrigin {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    // What is not checked for exclusive access is used on the event loop only, and no use calls out of what it uses: the
    // queue is a value that knows nobody, and a reference is taken or set at once.
    private let worker: ProxyWorker
    @exclusivity(unchecked) private var context: ChannelHandlerContext?
    /// Made for the first answer.
    @exclusivity(unchecked) private var writer: MessageWriter?
    @exclusivity(unchecked) private var queue: ClientRequestQueue
    @exclusivity(unchecked) private var exchange: Exchange?
    /// The node of the first request, for `Affinity.Scope.connection`.
    private var pinned: NodeID?
    let addresses: ClientAddresses

    init(worker: ProxyWorker, addresses: ClientAddresses) {
        self.worker = worker
        self.addresses = addresses
        queue = ClientRequestQueue(worker.snapshot.limits, lengths: worker.snapshot.behavior.requests.lengths)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        worker.opened(self)
        if !worker.snapshot.admits(context.channel, from: addresses) { queue.foundNoPlace() }
        if worker.isShuttingDown { abort() } else if worker.isLeaving { endIfIdle() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        isWritable = false
        writer = nil
        worker.closed(self)
    }

    // MARK: From the client

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        queue.receive(unwrapInboundIn(data))
        pump()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        queue.receivedAll()
        exchange?.flushNode()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        isWritable = context.channel.isWritable
        exchange?.clientTakes(more: isWritable)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { abort() }
    }

    func channelInactive(context: ChannelHandlerContext) { over() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { abort() }

    func read(context: ChannelHandlerContext) {
        if queue.askToRead() { context.read() }
    }

    private func readIfPending() {
        if queue.takePendingRead() { context?.read() }
    }

    // MARK: Requests in order

    /// Gives parts of requests to the exchange, and begins the next exchange when there is none.
    func pump() {
        guard queue.beginTurn() else { return }
        while true {
            let step = queue.next(exchangeTakes: exchange?.wantsRequest ?? false)
            if case .none = step { break }
            perform(step)
        }
        queue.endTurn()
        if worker.isLeaving { endIfIdle() }
        readIfPending()
    }

    /// Whether parts are being given to the exchange, which flushes behind them.
    var isTaking: Bool { queue.isTaking }

    private func perform(_ step: ClientRequestQueue.Step) {
        switch step {
        case .none: break
        case .begin(let head): begin(head)
        case .forward(let part): exchange?.clientSent(part)
        case .refuse(let answer): exchange?.refuse(answer)
        case .answerAndClose(let answer):
            answer.write(to: self, headOnly: false, keepsAlive: false, isOld: false)
            linger()
        case .close: linger()
        case .takeNext:
            // What has not come yet begins a turn by itself.
            if queue.hasMore { context?.eventLoop.assumeIsolated().execute { self.goOn() } }
        case .yield:
            // Tasks that follow each other at once would keep the loop from its other connections.
            context?.eventLoop.assumeIsolated().scheduleTask(in: .microseconds(50)) {
                self.queue.resume()
                self.goOn()
            }
        case .abort: abort()
        }
    }

    private func goOn() {
        pump()
        exchange?.flushNode()
    }

    private func begin(_ head: RequestHead) {
        let snapshot = worker.snapshot
        let rules = worker.core.rules(for: head, under: snapshot)
        let facts = RequestFacts(head, under: rules)
        let routed = worker.core.router.map {
            $0.route(RoutableRequest(head, path: facts.path, upgrades: facts.upgrades))
        }
        if case .crash? = routed?.course { return worker.core.crash() }
        let began = Exchange(
            head: head, facts: facts, rules: rules, snapshot: snapshot, routed: routed, pinned: pinned,
            keepsAlive: head.isKeepAlive && !worker.isLeaving, client: self, worker: worker)
        exchange = began
        began.start()
    }

    /// The connection's first node, for `Affinity.Scope.connection`.
    func served(by node: NodeID) {
        if worker.snapshot.affinityScope == .connection { pinned = node }
    }

    /// The exchange's answer is written.
    func finished(_ ended: Exchange, keepsAlive: Bool) {
        guard ended === exchange else { return }
        exchange = nil
        perform(queue.answered(keepsAlive: keepsAlive))
        if worker.isLeaving { endIfIdle() }
    }

    // MARK: Towards the client

    /// Whether the connection takes more, as of the last event.
    @exclusivity(unchecked) private(set) var isWritable = true

    func write(_ head: ForwardedHead) {
        queue.sent()
        if writer == nil { writer = context.map(MessageWriter.init) }
        writer?.write(head)
    }

    func write(_ body: ByteBuffer) {
        queue.sent()
        writer?.write(body)
    }

    func writeEnd(_ trailers: HTTPHeaders?) {
        queue.sent()
        writer?.writeEnd(trailers)
    }

    func flush() { writer?.flush() }

    /// Closes so that the client gets the whole answer even if it is still sending (RFC 9112 §9.6).
    private func linger() {
        readIfPending()
        flush()
        guard let context else { return }
        let flushed = context.eventLoop.makePromise(of: Void.self)
        flushed.futureResult.assumeIsolated().whenComplete { _ in
            self.context?.close(mode: .output, promise: nil)
            self.close(after: self.worker.snapshot.limits.lingering)
        }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: flushed)
        close(after: worker.snapshot.limits.drain)
    }

    private func close(after limit: Duration) {
        context?.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(limit)) { [weak self] in
            self?.context?.close(promise: nil)
        }
    }

    /// Leaves HTTP; what the client sent too early goes to the tunnel.
    func makeWay(for tunnel: TunnelHandler) throws -> ByteBuffer {
        guard let context else { throw ChannelError.ioOnClosedChannel }
        let pipeline = context.pipeline.syncOperations
        try pipeline.addHandler(tunnel, position: .after(pipeline.transportAnchor()))
        let rest = queue.leave()
        exchange = nil
        PipelineCleaner.removeOthers(from: context.channel)
        return rest
    }

    /// Ends a partly delivered answer so that the client sees it is not whole.
    func truncate() {
        exchange = nil
        perform(queue.truncated())
    }

    /// Whether a request is under way.
    var isBusy: Bool { exchange != nil }

    /// Closes if no request is under way, so that the client gets all of the last answer.
    func endIfIdle() { perform(queue.endIfIdle()) }

    /// Closes at once.
    func abort() {
        let context = context
        over()
        context?.close(promise: nil)
    }

    private func over() {
        _ = queue.leave()
        let exchange = exchange
        self.exchange = nil
        exchange?.clientGone()
    }

    // MARK: Time

    func passed(_ elapsed: Duration) {
        perform(queue.passed(elapsed, nodeWaits: exchange?.waitsForBody ?? false))
    }
}
