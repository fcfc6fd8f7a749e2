import Clocks
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
    private var successor: (any ChannelHandler)?
    private var isReadHeld = false
    private var isWorking = false
    /// There is more to be done once the other connections have had their turn.
    private var isResting = false
    /// A request is being executed or answered.
    private var isBusy = false
    /// Requests that were answered.
    private var served = 0
    private var patience: RequestPatience
    /// One for the connection: it is hardly ever set anew.
    private let timer: LoopTimer

    /// Adds a handler to a channel.
    static func install(on channel: any Channel, executor: any RequestExecutor) throws {
        try channel.pipeline.syncOperations.addHandler(
            RequestHandler(executor: executor, eventLoop: channel.eventLoop))
    }

    private init(executor: any RequestExecutor, eventLoop: any EventLoop) {
        self.executor = executor
        self.writer = AnswerWriter(executor: executor)
        self.patience = RequestPatience(executor.connectionTimes, at: .now)
        self.timer = LoopTimer(on: eventLoop)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        writer.begin(on: context) { [self] in finish() }
        timer.onFire { [self] in timerFired() }
        timer.wake(at: patience.due)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        timer.cancel()
        writer.end()
    }

    // MARK: Reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if writer.isClosing { return }
        parser.receive(unwrapInboundIn(data))
        work()
    }

    func read(context: ChannelHandlerContext) {
        if isResting || parser.unreadBytes > Self.unreadLimit { isReadHeld = true } else { context.read() }
    }

    private func work() {
        guard !isWorking, !isResting, let context else { return }
        isWorking = true
        var budget = WorkBudget()
        do throws(HTTPSyntaxError) {
            while !isBusy, !writer.isClosing {
                guard budget.take() else {
                    rest(context)
                    break
                }
                guard let event = try parser.next() else { break }
                handle(event, context)
            }
        } catch {
            writer.refuse(.text(error.status, "\(error)\n"))
        }
        isWorking = false
        if let successor { return handOver(to: successor, context) }
        watch()
        if isReadHeld, !isResting, parser.unreadBytes <= Self.unreadLimit {
            isReadHeld = false
            context.read()
        }
    }

    /// Goes on once the loop has looked at the other connections.
    private func rest(_ context: ChannelHandlerContext) {
        isResting = true
        context.eventLoop.assumeIsolated().scheduleTask(in: WorkBudget.rest) { [self] in
            isResting = false
            work()
        }
    }

    private func handle(_ event: RequestParser.Event, _ context: ChannelHandlerContext) {
        switch event {
        case .head(let head):
            if peer.isEmpty { peer = Endpoint(context.remoteAddress)?.description ?? "" }
            let request = HTTPRequest(head: head, peer: peer)
            if let relay = executor.relay(of: request) {
                isBusy = true
                successor = relay
                return
            }
            guard head.contentLength ?? 0 <= Self.discardLimit else { return writer.refuse(Self.tooLong) }
            partial = request
            bodyLimit = executor.bodyLimit(of: head)
            if head.list("expect", has: "100-continue") { writer.sendContinue() }
        case .body(let bytes): receiveBody(bytes)
        case .end:
            guard let request = partial else { return }
            partial = nil
            run(request)
        }
    }

    private func receiveBody(_ bytes: ByteBuffer) {
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
            writer.refuse(Self.tooLong)
        }
    }

    private static let tooLong = HTTPResponse.text(413, "expected at most \(discardLimit) bytes of a body\n")

    // MARK: Waiting

    /// Notes what the peer owes us now.
    private func watch() {
        let phase: RequestPatience.Phase =
            if writer.isClosing {
                .closing
            } else if isBusy || isResting {
                .busy
            } else if let partial {
                .body(received: partial.bodyBytes)
            } else if parser.unreadBytes > 0 {
                .head
            } else {
                served == 0 ? .opening : .idle(served: served)
            }
        patience.expect(phase, at: .now)
        if let due = patience.due { timer.wake(at: due) }
    }

    private func timerFired() {
        guard let context else { return }
        switch patience.verdict(at: .now) {
        case .wait: if let due = patience.due { timer.wake(at: due) }
        case .close: context.close(promise: nil)
        case .refuse:
            writer.refuse(.text(408, "expected the whole request sooner\n"))
            watch()
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
        case .later(_, let start):
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
        served &+= 1
        work()
    }

    /// From now on the connection is the other handler's.
    private func handOver(to successor: any ChannelHandler, _ context: ChannelHandlerContext) {
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
        timer.cancel()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
