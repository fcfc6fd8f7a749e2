import NIOCore
import NIOHTTP1
import Wire

/// The HTTP side of a client's connection: serves its requests one after the other.
final class ClientHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private enum Phase {
        /// Requests are served.
        case serving
        /// The rest of an answered request is read and dropped.
        case discarding
        /// The last answer is written; what still comes is dropped.
        case lingering
        /// Not ours any more: a tunnel, or closed.
        case over
    }

    private let worker: ProxyWorker
    private var context: ChannelHandlerContext?
    private var phase = Phase.serving
    private var reader: RequestReader
    private var exchange: Exchange?
    private var patience: ClientPatience
    private var budget: WorkBudget
    /// Whether others have their turn before this connection goes on.
    private var isYielding = false
    private var isPumping = false
    private var readPending = false
    /// The node of the first request, for `Affinity.Scope.connection`.
    private var pinned: Int?
    /// Where an address may have so many connections only, whether this is one of them.
    private var hasPlace = true

    init(worker: ProxyWorker) {
        self.worker = worker
        reader = RequestReader(worker.core.limits)
        patience = ClientPatience(worker.core.limits)
        budget = WorkBudget(parts: worker.core.limits.partsPerTurn)
    }

    static func install(on channel: any Channel, worker: ProxyWorker) throws {
        var encoding = HTTPResponseEncoder.Configuration()
        encoding.automaticallySetFramingHeaders = false
        try channel.pipeline.syncOperations.addHandlers([
            HTTPResponseEncoder(configuration: encoding), ClientHandler(worker: worker),
        ])
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        worker.opened(self)
        if let places = worker.core.addressPlaces, let address = remote?.host {
            hasPlace = places.take(address)
            // A tunnel takes the connection over, and with it the place.
            if hasPlace { context.channel.closeFuture.whenComplete { _ in places.giveBack(address) } }
        }
        if worker.isShuttingDown { abort() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        worker.closed(self)
    }

    // MARK: From the client

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        patience.received(bytes.readableBytes)
        switch phase {
        case .lingering, .over: return
        case .serving, .discarding:
            reader.receive(bytes)
            pump()
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if !isYielding { budget.refill() }
        exchange?.flushNode()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        exchange?.clientTakes(more: context.channel.isWritable)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { abort() }
    }

    func channelInactive(context: ChannelHandlerContext) { over() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { abort() }

    func read(context: ChannelHandlerContext) {
        if mayRead { context.read() } else { readPending = true }
    }

    private var mayRead: Bool {
        switch phase {
        case .serving, .discarding: reader.unreadBytes < worker.core.limits.pendingBytes
        case .lingering, .over: true
        }
    }

    private func readIfPending() {
        guard readPending, mayRead else { return }
        readPending = false
        context?.read()
    }

    // MARK: Requests in order

    /// Gives parts of requests to the exchange, and begins the next exchange when there is none.
    func pump() {
        guard !isPumping, !isYielding else { return }
        isPumping = true
        while let part = nextPart() { take(part) }
        isPumping = false
        readIfPending()
    }

    private func nextPart() -> HTTPServerRequestPart? {
        switch phase {
        case .lingering, .over: return nil
        case .discarding: break
        case .serving:
            if let exchange, !exchange.wantsRequest { return nil }
        }
        guard reader.unreadBytes > 0 || exchange != nil || phase == .discarding else { return nil }
        guard budget.take() else {
            yield()
            return nil
        }
        do throws(RequestFault) {
            return try reader.next()
        } catch {
            refuse(error.answer)
            return nil
        }
    }

    private func take(_ part: HTTPServerRequestPart) {
        switch (phase, part) {
        case (.discarding, .end): phase = .serving
        case (.serving, _):
            if let exchange { exchange.clientSent(part) } else if case .head(let head) = part { begin(head) }
        default: break
        }
    }

    /// Goes on later: tasks that follow each other at once would keep the loop from its other connections.
    private func yield() {
        isYielding = true
        context?.eventLoop.assumeIsolated().scheduleTask(in: .microseconds(50)) {
            self.isYielding = false
            self.budget.refill()
            self.pump()
            self.exchange?.flushNode()
        }
    }

    private func begin(_ head: HTTPRequestHead) {
        guard head.method != .CONNECT else { return answerAndClose(.methodNotAllowed) }
        guard hasPlace else { return answerAndClose(.tooManyConnections) }
        guard head.isHTTP10 || head.headers.contains(name: "host") else { return answerAndClose(.badRequest) }
        let began = Exchange(
            head: head, facts: RequestFacts(head, behavior: worker.core.behavior), pinned: pinned,
            keepsAlive: head.isKeepAlive, client: self, worker: worker)
        exchange = began
        began.start()
    }

    /// The connection's first node, for `Affinity.Scope.connection`.
    func served(by node: Int) {
        if worker.core.behavior.affinity.scope == .connection { pinned = node }
    }

    /// The exchange's answer is written.
    func finished(_ ended: Exchange, keepsAlive: Bool) {
        guard ended === exchange else { return }
        exchange = nil
        guard keepsAlive else { return linger() }
        if !ended.requestIsComplete { phase = .discarding }
        // Not at once: the event that ended the exchange is still being handled.
        context?.eventLoop.assumeIsolated().execute {
            self.pump()
            self.exchange?.flushNode()
        }
    }

    /// Gives up the present request, with an answer if none was begun.
    private func refuse(_ answer: LocalAnswer) {
        if let exchange {
            exchange.refuse(answer)
        } else if case .discarding = phase {
            linger()
        } else {
            answerAndClose(answer)
        }
    }

    // MARK: Towards the client

    var isWritable: Bool { context?.channel.isWritable ?? false }
    var remote: Endpoint? { Endpoint(context?.channel.remoteAddress) }
    var local: Endpoint? { Endpoint(context?.channel.localAddress) }

    func write(_ part: HTTPServerResponsePart) {
        patience.sent()
        context?.write(wrapOutboundOut(part), promise: nil)
    }

    func flush() { context?.flush() }

    private func answerAndClose(_ answer: LocalAnswer) {
        answer.write(to: self, headOnly: false, keepsAlive: false, isOld: false)
        linger()
    }

    /// Closes so that the client gets the whole answer even if it is still sending (RFC 9112 §9.6).
    private func linger() {
        phase = .lingering
        _ = reader.takeRest()
        readIfPending()
        guard let context else { return }
        let flushed = context.eventLoop.makePromise(of: Void.self)
        flushed.futureResult.assumeIsolated().whenComplete { _ in
            self.context?.close(mode: .output, promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer()))), promise: flushed)
        context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(worker.core.limits.lingering)) { [weak self] in
            self?.context?.close(promise: nil)
        }
    }

    /// Leaves HTTP; what the client sent too early goes to the tunnel.
    func leaveHTTP(for tunnel: TunnelHandler) throws -> ByteBuffer {
        guard let context else { throw ChannelError.ioOnClosedChannel }
        try context.pipeline.syncOperations.addHandler(tunnel, position: .first)
        phase = .over
        exchange = nil
        PipelineCleaner.removeHTTP(from: context.channel)
        return reader.takeRest()
    }

    /// Ends a partly delivered answer so that the client sees it is not whole.
    func truncate() {
        exchange = nil
        linger()
    }

    /// Closes at once.
    func abort() {
        let context = context
        over()
        context?.close(promise: nil)
    }

    private func over() {
        phase = .over
        _ = reader.takeRest()
        let exchange = exchange
        self.exchange = nil
        exchange?.clientGone()
    }

    // MARK: Time

    func passed(_ elapsed: Duration) {
        switch patience.passed(elapsed, waitingFor: wait) {
        case .none: break
        case .close: abort()
        case .refuse: refuse(.tooSlow)
        }
    }

    private var wait: ClientPatience.Wait {
        if let exchange { return exchange.waitsForBody ? .body : .answer }
        switch phase {
        case .discarding: return .body
        case .lingering, .over: return .answer
        case .serving: return reader.unreadBytes > 0 ? .head(after: reader.heads) : .request
        }
    }
}
