import Clocks
import NIOCore
import NIOHTTP1
import Wire

/// One HTTP/1.1 connection to a node; carries one exchange at a time.
final class NodeConnection: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    // What is not checked for exclusive access is used on the event loop only, and no use calls out of what it uses: parser
    // and hold are values that know nobody, and a reference is taken or set at once.
    let node: NodeID
    private let worker: ProxyWorker
    @exclusivity(unchecked) private var context: ChannelHandlerContext?
    /// Made for the first request.
    @exclusivity(unchecked) private var writer: MessageWriter?
    @exclusivity(unchecked) private var parser = ResponseParser()
    @exclusivity(unchecked) private var reading = ReadHold()
    @exclusivity(unchecked) private var exchange: Exchange?
    @exclusivity(unchecked) private var isWithinHead = true
    /// What takes the connection over, and how much it may get that was read too early.
    private var successor: (tunnel: TunnelHandler, leftOverLimit: Int?)?
    @exclusivity(unchecked) var idleSince = MonotonicClock.now

    init(node: NodeID, worker: ProxyWorker) {
        self.node = node
        self.worker = worker
    }

    /// Connects to a node on the worker's loop; the connection begins with these bytes.
    static func open(
        node: NodeID, preamble: ByteBuffer?, worker: ProxyWorker,
        completion: @escaping (Result<NodeConnection, any Error>) -> Void
    ) {
        let connection = NIOLoopBound(NodeConnection(node: node, worker: worker), eventLoop: worker.loop)
        var factory = worker.core.connections(
            to: node, within: worker.snapshot.limits.connectTimeout, worker.core.streams.connection)
        factory.preamble = preamble
        factory
            .connect(on: worker.loop) { try $0.pipeline.syncOperations.addHandler(connection.value) }
            .assumeIsolated()
            .whenComplete { result in completion(result.map { _ in connection.value }) }
    }

    // MARK: Towards the node

    /// Whether the connection takes more, as of the last event.
    @exclusivity(unchecked) private(set) var isWritable = true
    var isOpen: Bool { context != nil }

    /// Begins an exchange on a connection that has none, with the head of its request.
    func begin(_ exchange: Exchange, _ head: [UInt8], isChunked: Bool, asksForHead: Bool) {
        self.exchange = exchange
        parser.isForHead = asksForHead
        if writer == nil { writer = context.map(MessageWriter.init) }
        writer?.writeHead(head, isChunked: isChunked)
    }

    func write(_ body: ByteBuffer) { writer?.write(body) }

    func writeEnd(_ trailers: HTTPHeaders?) { writer?.writeEnd(trailers) }

    func flush() { writer?.flush() }

    /// Whether the client takes more of the answer. What was read already goes on: the end of the stream, which may end
    /// the answer, must not overtake its last bytes.
    func wantsMore(_ more: Bool) {
        if reading.wants(more) { context?.read() }
    }

    func read(context: ChannelHandlerContext) {
        if reading.ask() { context.read() }
    }

    /// Ends the exchange; keeps the connection if another request can use it.
    func end(reusable: Bool) {
        exchange = nil
        wantsMore(true)
        if reusable, parser.mayReuse, isOpen, !worker.isShuttingDown { worker.pool.put(self) } else { close() }
    }

    func close() {
        exchange = nil
        context?.close(promise: nil)
    }

    /// Leaves the connection to a tunnel; what the node sends from here on goes there, and is read there. What was read already is
    /// forgotten if it is longer than the limit.
    func makeWay(for tunnel: TunnelHandler, leftOverLimit: Int?) throws {
        exchange = nil
        guard let context else { throw ChannelError.ioOnClosedChannel }
        let pipeline = context.pipeline.syncOperations
        try pipeline.addHandler(tunnel, position: .after(pipeline.transportAnchor()))
        successor = (tunnel, leftOverLimit)
        PipelineCleaner.removeOthers(from: context.channel)
    }

    // MARK: From the node

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        isWritable = false
        writer = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        parser.receive(unwrapInboundIn(data))
        work()
    }

    /// Gives the exchange what of an answer has come.
    private func work() {
        do throws(HTTPSyntaxError) {
            while let exchange {
                guard let event = try parser.next() else {
                    guard !isWithinHead || unreadBytes <= worker.snapshot.limits.answerHeadBytes else {
                        throw .headTooLong
                    }
                    return
                }
                try take(event, exchange)
            }
        } catch {
            return lost()
        }
        if let successor { return handOver(to: successor.tunnel, limit: successor.leftOverLimit) }
        // What answers no request can't be told from the answer to the next one.
        if unreadBytes > 0 { lost() }
    }

    /// In place, since to read a property of a value that another module makes copies it.
    private var unreadBytes: Int {
        func count(_ parser: inout ResponseParser) -> Int { parser.unreadBytes }
        return count(&parser)
    }

    private func take(_ event: ResponseParser.Event, _ exchange: Exchange) throws(HTTPSyntaxError) {
        switch event {
        case .interim(let head), .head(let head):
            guard head.byteCount <= worker.snapshot.limits.answerHeadBytes else { throw .headTooLong }
            if case .head = event { isWithinHead = false }
            exchange.nodeAnswered(head)
        case .body(let bytes): exchange.nodeSent(bytes)
        case .end:
            isWithinHead = true
            exchange.nodeFinished(parser.trailers.isEmpty ? nil : HTTPHeaders(parser.trailers))
        }
    }

    private func handOver(to tunnel: TunnelHandler, limit: Int?) {
        let rest = parser.takeRest()
        if rest.readableBytes <= limit ?? .max { tunnel.receiveLeftOver(rest) }
    }

    func channelReadComplete(context: ChannelHandlerContext) { exchange?.flushClient() }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        isWritable = context.channel.isWritable
        if isWritable { exchange?.nodeTakesMore() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { ended() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { lost() }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        isWritable = false
        ended()
    }

    /// The node sends no more, which may be the end of its answer.
    private func ended() {
        parser.receiveEnd()
        work()
        lost()
    }

    private func lost() {
        worker.pool.remove(self)
        let exchange = exchange
        close()
        exchange?.nodeLost()
    }
}
