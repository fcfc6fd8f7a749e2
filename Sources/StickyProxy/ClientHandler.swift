import DequeModule
import NIOCore
import NIOHTTP1
import Wire

/// The HTTP side of a client's connection: serves its requests one after the other.
final class ClientHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
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
    private let gate: MessageGate
    private var context: ChannelHandlerContext?
    private var phase = Phase.serving
    private var queue = Deque<HTTPServerRequestPart>()
    private var queuedBytes = 0
    private var exchange: Exchange?
    private var parserStops = false
    private var isWithinRequest = false
    private var parseFailure: LocalAnswer?
    private var active = false
    private var idle = Duration.zero
    private var pumping = false
    /// The node of the first request, for `Affinity.Scope.connection`.
    private var pinned: Int?

    init(worker: ProxyWorker, gate: MessageGate) {
        self.worker = worker
        self.gate = gate
    }

    static func install(on channel: any Channel, worker: ProxyWorker) throws {
        let gate = MessageGate(splits: true, holdsBack: true)
        let handler = ClientHandler(worker: worker, gate: gate)
        var encoding = HTTPResponseEncoder.Configuration()
        encoding.automaticallySetFramingHeaders = false
        try channel.pipeline.syncOperations.addHandlers([
            gate, handler.makeDecoder(), HTTPResponseEncoder(configuration: encoding), handler,
        ])
    }

    private func makeDecoder() -> ByteToMessageHandler<HTTPRequestDecoder> {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderListSize = worker.core.limits.headBytes
        return ByteToMessageHandler(HTTPRequestDecoder(limitConfiguration: limits))
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        worker.opened(self)
        if worker.isShuttingDown { abort() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        worker.closed(self)
    }

    // MARK: From the client

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        active = true
        let part = unwrapInboundIn(data)
        switch part {
        case .head(let head):
            isWithinRequest = true
            parserStops = UpgradeField.mayStopParser(head)
        case .body: break
        case .end:
            isWithinRequest = false
            if parserStops { gate.hold() }
        }
        switch phase {
        case .lingering, .over: return
        case .discarding:
            if case .end = part { discarded() }
        case .serving:
            queue.append(part)
            queuedBytes += Self.cost(of: part)
            pump()
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) { exchange?.flushNode() }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        exchange?.clientTakes(more: context.channel.isWritable)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { abort() }
    }

    func channelInactive(context: ChannelHandlerContext) { over() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case .lingering = phase { return }
        guard case .serving = phase, let error = error as? HTTPParserError, exchange == nil || !isWithinRequest
        else { return abort() }
        gate.hold()
        parseFailure = error == .headerOverflow ? .headTooLarge : .badRequest
        pump()
    }

    // MARK: Requests in order

    /// Gives queued parts to the exchange, and begins the next exchange when there is none.
    func pump() {
        guard !pumping else { return }
        pumping = true
        serveQueue()
        pumping = false
        // Last, because the gate may have more at hand.
        if case .serving = phase { gate.wantsMore = queuedBytes < worker.core.limits.pendingBytes }
    }

    private func serveQueue() {
        while case .serving = phase {
            if let exchange {
                guard exchange.wantsRequest, let part = popPart() else { break }
                exchange.clientSent(part)
            } else if case .head(let head)? = popPart() {
                begin(head)
            } else if let parseFailure {
                answerAndClose(parseFailure)
            } else {
                break
            }
        }
    }

    private func popPart() -> HTTPServerRequestPart? {
        guard let part = queue.popFirst() else { return nil }
        queuedBytes -= Self.cost(of: part)
        return part
    }

    private static func cost(of part: HTTPServerRequestPart) -> Int {
        switch part {
        case .head: 256
        case .body(let bytes): bytes.readableBytes
        case .end: 0
        }
    }

    private func begin(_ head: HTTPRequestHead) {
        guard head.method != .CONNECT else { return answerAndClose(.methodNotAllowed) }
        let hosts = head.headers["host"].count
        guard hosts == 1 || (hosts == 0 && head.isHTTP10) else { return answerAndClose(.badRequest) }
        let facts = RequestFacts(head, behavior: worker.core.behavior)
        let keepsAlive = head.isKeepAlive && !(UpgradeField.mayStopParser(head) && facts.hasBody)
        let began = Exchange(
            head: head, facts: facts, pinned: pinned, keepsAlive: keepsAlive, client: self, worker: worker)
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
        if !ended.requestIsComplete { discardRest() }
        if case .serving = phase { serveNext() }
    }

    private func serveNext() {
        if parserStops, queue.isEmpty { replaceDecoder() }
        pumpSoon()
    }

    private func discardRest() {
        while let part = popPart() {
            if case .end = part { return }
        }
        phase = .discarding
        gate.wantsMore = true
    }

    private func discarded() {
        phase = .serving
        serveNext()
    }

    /// Not at once: the event that ended the exchange is still being handled.
    private func pumpSoon() {
        context?.eventLoop.assumeIsolated().execute { self.pump() }
    }

    /// The parser has taken the upgrade for the end of HTTP; a new one reads what follows.
    private func replaceDecoder() {
        parserStops = false
        guard let pipeline = context?.channel.pipeline.syncOperations,
            let old = try? pipeline.context(handlerType: ByteToMessageHandler<HTTPRequestDecoder>.self)
        else { return abort() }
        pipeline.removeHandler(context: old).assumeIsolated().whenComplete { _ in
            guard self.context != nil else { return }
            do {
                try pipeline.addHandler(self.makeDecoder(), position: .after(self.gate))
                self.gate.release()
            } catch {
                self.abort()
            }
        }
    }

    // MARK: Towards the client

    var isWritable: Bool { context?.channel.isWritable ?? false }
    var remote: Endpoint? { Endpoint(context?.channel.remoteAddress) }
    var local: Endpoint? { Endpoint(context?.channel.localAddress) }

    func write(_ part: HTTPServerResponsePart) {
        active = true
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
        queue.removeAll()
        queuedBytes = 0
        gate.drop()
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
        let early = gate.divert(to: tunnel)
        PipelineCleaner.removeHTTP(from: context.channel)
        return early
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
        queue.removeAll()
        let exchange = exchange
        self.exchange = nil
        exchange?.clientGone()
    }

    func closeIfIdle(for elapsed: Duration) {
        idle = active ? .zero : idle + elapsed
        active = false
        let limit = exchange == nil ? worker.core.limits.clientIdle : worker.core.limits.exchangeIdle
        if idle >= limit { abort() }
    }
}
