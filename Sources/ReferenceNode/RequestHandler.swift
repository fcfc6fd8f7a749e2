import NIOCore
import Wire

/// Reads the requests of a connection, executes them one after another and hands the connection over where one upgrades
/// it.
final class RequestHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Input held beyond this stops reading.
    private static let unreadLimit = 65_536
    /// A body that is too large is read and thrown away up to this size.
    private static let discardLimit = 64 << 20

    private let executor: any RequestExecutor
    private let writer: AnswerWriter
    private var context: ChannelHandlerContext?
    /// Asked for once: it costs a system call.
    private var peer = ""
    private var parser = RequestParser()
    private var partial: HTTPRequest?
    private var bodyLimit: Int?
    private var reply: PendingReply?
    private var stream: AnswerStream?
    private var successor: WebSocketHandler?
    private var isReadHeld = false
    private var isWorking = false
    /// A request is being executed or answered.
    private var isBusy = false

    /// Adds a handler to a channel.
    static func install(on channel: any Channel, executor: any RequestExecutor) throws {
        try channel.pipeline.syncOperations.addHandler(RequestHandler(executor: executor))
    }

    private init(executor: any RequestExecutor) {
        self.executor = executor
        self.writer = AnswerWriter(executor: executor)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        writer.begin(on: context) { [self] in finish() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        writer.end()
    }

    // MARK: Reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if writer.isClosing { return }
        parser.receive(unwrapInboundIn(data))
        work()
    }

    func read(context: ChannelHandlerContext) {
        if parser.unreadBytes > Self.unreadLimit { isReadHeld = true } else { context.read() }
    }

    private func work() {
        guard !isWorking, let context else { return }
        isWorking = true
        do throws(RequestError) {
            while !isBusy, !writer.isClosing, let event = try parser.next() { handle(event, context) }
        } catch {
            writer.refuse(.text(error.status, "\(error)\n"))
        }
        isWorking = false
        if let successor { return handOver(to: successor, context) }
        if isReadHeld, parser.unreadBytes <= Self.unreadLimit {
            isReadHeld = false
            context.read()
        }
    }

    private func handle(_ event: RequestParser.Event, _ context: ChannelHandlerContext) {
        switch event {
        case .head(let head):
            if peer.isEmpty { peer = Endpoint(context.remoteAddress)?.description ?? "" }
            partial = HTTPRequest(head: head, peer: peer)
            bodyLimit = executor.bodyLimit(of: head)
            if head.list("expect", has: "100-continue") { writer.sendContinue() }
        case .body(let bytes): receiveBody(bytes, context)
        case .end:
            guard let request = partial else { return }
            partial = nil
            run(request)
        }
    }

    private func receiveBody(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        guard let partial else { return }
        partial.bodyBytes += bytes.readableBytes
        guard let bodyLimit else { return }
        if partial.bodyBytes <= bodyLimit {
            // Most bodies come in one piece, which need not be copied.
            if partial.body.readableBytes == 0 {
                partial.body = bytes
            } else {
                partial.body.writeImmutableBuffer(bytes)
            }
        } else if partial.bodyBytes <= Self.discardLimit {
            // Read to its end, since an early close would reset the connection and lose the answer.
            partial.isBodyTooLarge = true
            partial.body = ByteBuffer()
        } else {
            context.close(promise: nil)
        }
    }

    // MARK: Executing

    private func run(_ request: HTTPRequest) {
        isBusy = true
        switch executor.execute(request) {
        case .respond(let response): writer.send(response, to: request)
        case .respondAfter(let response, let effect):
            effect()
            writer.send(response, to: request)
        case .silence: break
        case .later(let start):
            let reply = PendingReply { [self] response in
                self.reply = nil
                writer.send(response, to: request)
            }
            self.reply = reply
            start(reply)
        case .stream(let head, let start):
            let stream = writer.stream(head, to: request)
            self.stream = stream
            start(stream)
        case .upgrade(let response, let makeHandler):
            writer.delayed { [self] in
                guard context != nil else { return }
                successor = makeHandler(writer.serialized(response, to: request, keepsAlive: true))
                work()
            }
        }
    }

    /// The answer was written; the connection bears the next request.
    private func finish() {
        stream = nil
        isBusy = false
        work()
    }

    /// From now on the connection is the other handler's.
    private func handOver(to successor: WebSocketHandler, _ context: ChannelHandlerContext) {
        self.successor = nil
        let operations = context.pipeline.syncOperations
        do { try operations.addHandler(successor, position: .after(self)) } catch { return context.close(promise: nil) }
        let rest = parser.takeRest()
        if rest.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(rest)) }
        if isReadHeld { context.read() }
        operations.removeHandler(context: context, promise: nil)
    }

    // MARK: The connection

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        stream?.writabilityChanged(context.channel.isWritable)
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        writer.stop()
        reply?.abort()
        reply = nil
        stream?.abort()
        stream = nil
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
