import NIOCore
import NIOHTTP1
import Wire

/// One HTTP/1.1 connection to a node; carries one exchange at a time.
final class NodeConnection: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    let node: Int
    private let worker: ProxyWorker
    private let gate = MessageGate()
    private var context: ChannelHandlerContext?
    private var exchange: Exchange?
    private var keepsAlive = true
    var idleSince = ContinuousClock.now

    init(node: Int, worker: ProxyWorker) {
        self.node = node
        self.worker = worker
    }

    /// Connects to a node on the worker's loop.
    static func open(
        node: Int, worker: ProxyWorker, completion: @escaping (Result<NodeConnection, any Error>) -> Void
    ) {
        let connection = NIOLoopBound(NodeConnection(node: node, worker: worker), eventLoop: worker.loop)
        worker.core.connections(to: node, within: worker.core.limits.connectTimeout, StreamOptions.connection)
            .connect(on: worker.loop) { try connection.value.install($0) }
            .assumeIsolated()
            .whenComplete { result in completion(result.map { _ in connection.value }) }
    }

    private func install(_ channel: any Channel) throws {
        var encoding = HTTPRequestEncoder.Configuration()
        encoding.automaticallySetFramingHeaders = false
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderListSize = worker.core.limits.answerHeadBytes
        let decoder = HTTPResponseDecoder(informationalResponseStrategy: .forward, limitConfiguration: limits)
        try channel.pipeline.syncOperations.addHandlers([
            gate, HTTPRequestEncoder(configuration: encoding), ByteToMessageHandler(decoder), self,
        ])
    }

    // MARK: Towards the node

    var isWritable: Bool { context?.channel.isWritable ?? false }
    var isOpen: Bool { context != nil }

    /// Begins an exchange on a connection that has none.
    func begin(_ exchange: Exchange, upgrades: Bool) {
        self.exchange = exchange
        keepsAlive = true
        gate.splits = upgrades
    }

    func write(_ part: HTTPClientRequestPart) {
        context?.write(wrapOutboundOut(part), promise: nil)
    }

    func flush() { context?.flush() }

    /// Whether the client takes more of the answer.
    var wantsMore: Bool {
        get { gate.wantsMore }
        set { gate.wantsMore = newValue }
    }

    /// Ends the exchange; keeps the connection if another request can use it.
    func end(reusable: Bool) {
        exchange = nil
        gate.wantsMore = true
        if reusable, keepsAlive, isOpen, !worker.isShuttingDown { worker.pool.put(self) } else { close() }
    }

    func close() {
        exchange = nil
        context?.close(promise: nil)
    }

    /// Leaves HTTP; what the node sends from here on goes to the tunnel.
    func leaveHTTP(for tunnel: TunnelHandler, leftOverLimit: Int?) throws {
        exchange = nil
        guard let context else { throw ChannelError.ioOnClosedChannel }
        let pipeline = context.pipeline.syncOperations
        try pipeline.addHandler(tunnel, position: .after(pipeline.transportAnchor()))
        gate.divert(to: tunnel, limit: leftOverLimit)
        PipelineCleaner.removeHTTP(from: context.channel)
    }

    // MARK: From the node

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let exchange else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            if head.status.code >= 200 { keepsAlive = head.isKeepAlive }
            exchange.nodeAnswered(head)
        case .body(let bytes):
            exchange.nodeSent(bytes)
        case .end(let trailers):
            exchange.nodeFinished(trailers)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) { exchange?.flushClient() }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { exchange?.nodeTakesMore() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { lost() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { lost() }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        lost()
    }

    private func lost() {
        worker.pool.remove(self)
        let exchange = exchange
        close()
        exchange?.nodeLost()
    }
}
