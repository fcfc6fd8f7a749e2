import DequeModule
import NIOCore
import NIOHTTP1
import Wire

/// Collects requests, executes them one after another and writes the answers in order.
final class RequestHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    /// A body that is too large is read and thrown away up to this size.
    private static let discardLimit = 64 << 20
    /// How long a connection that is closing may still send.
    private static let lingerTime = TimeAmount.seconds(1)

    weak var gate: RequestGate?
    private let executor: any RequestExecutor
    private var context: ChannelHandlerContext?
    private var partial: HTTPRequest?
    private var bodyLimit: Int?
    private var ready: Deque<HTTPRequest> = []
    private var reply: PendingReply?
    private var stream: AnswerStream?
    /// Pieces whose time has not come.
    private var pieces: Deque<(bytes: ByteBuffer, isLast: Bool)> = []
    /// The last answer was given; what still comes is thrown away.
    private(set) var isClosing = false
    /// A request is being executed or answered.
    private(set) var isBusy = false

    init(executor: any RequestExecutor) { self.executor = executor }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isClosing { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            let peer = Endpoint(context.remoteAddress)?.description ?? ""
            partial = HTTPRequest(head: head, body: ByteBuffer(), bodyBytes: 0, isBodyTooLarge: false, peer: peer)
            bodyLimit = executor.bodyLimit(of: head)
            if head.headers.first(name: "Expect")?.lowercased() == "100-continue", !isBusy {
                context.writeAndFlush(
                    wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
            }
        case .body(var bytes): receiveBody(&bytes)
        case .end:
            guard let request = partial else { return }
            partial = nil
            ready.append(request)
            runNext()
        }
    }

    private func receiveBody(_ bytes: inout ByteBuffer) {
        guard partial != nil else { return }
        let count = (partial?.bodyBytes ?? 0) + bytes.readableBytes
        partial?.bodyBytes = count
        guard let bodyLimit else { return }
        if count <= bodyLimit {
            partial?.body.writeBuffer(&bytes)
        } else if count <= Self.discardLimit {
            // Read to its end, since an early close would reset the connection and lose the answer.
            partial?.isBodyTooLarge = true
            partial?.body = ByteBuffer()
        } else {
            context?.close(promise: nil)
        }
    }

    private func runNext() {
        guard !isBusy, !isClosing, let request = ready.popFirst() else { return }
        isBusy = true
        switch executor.execute(request) {
        case .respond(let response): send(response, to: request)
        case .respondAfter(let response, let effect):
            effect()
            send(response, to: request)
        case .silence: break
        case .later(let start):
            let reply = PendingReply { [weak self] response in
                self?.reply = nil
                self?.send(response, to: request)
            }
            self.reply = reply
            start(reply)
        case .stream(let head, let start):
            let stream = makeStream(head, for: request)
            self.stream = stream
            start(stream)
        case .upgrade(let response, let makeHandler):
            delayed { [weak self] in
                guard let self, context != nil else { return }
                let head = response.serialized(
                    method: request.head.method, version: request.head.version, keepsAlive: true,
                    stamp: executor.stamp(for: request.head))
                gate?.upgrade(to: makeHandler(head))
            }
        }
    }

    private func send(_ response: HTTPResponse, to request: HTTPRequest) {
        delayed { [weak self] in self?.write(response, to: request) }
    }

    private func delayed(_ body: @escaping () -> Void) {
        guard let delay = executor.answerDelay, let context else { return body() }
        context.eventLoop.assumeIsolated().scheduleTask(in: delay, body)
    }

    private func write(_ response: HTTPResponse, to request: HTTPRequest) {
        guard let context else { return }
        let keepsAlive = keepsAlive(after: response, to: request)
        let bytes = response.serialized(
            method: request.head.method, version: request.head.version, keepsAlive: keepsAlive,
            stamp: executor.stamp(for: request.head))
        complete(bytes, request, keepsAlive, context)
    }

    private func keepsAlive(after response: HTTPResponse, to request: HTTPRequest) -> Bool {
        // The parser does not read the body of an upgrade request, so what follows can't be told apart.
        let isConfused = hasUpgrade(request) && (request.head.method != .GET || request.bodyBytes > 0)
        return request.head.isKeepAlive && !response.closes && !isConfused
            && !response.endsWithConnection(request.head.version)
    }

    private func hasUpgrade(_ request: HTTPRequest) -> Bool { request.head.headers.contains(name: "Upgrade") }

    /// Writes the last bytes of an answer.
    private func complete(
        _ bytes: ByteBuffer, _ request: HTTPRequest, _ keepsAlive: Bool, _ context: ChannelHandlerContext
    ) {
        guard keepsAlive else { return writeAndClose(bytes, context) }
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        if hasUpgrade(request) { gate?.renewParser { [self] in finish() } } else { finish() }
    }

    private func makeStream(_ head: HTTPResponse, for request: HTTPRequest) -> AnswerStream {
        let keepsAlive = keepsAlive(after: head, to: request)
        let isChunked = !head.endsWithConnection(request.head.version)
        var prefix: ByteBuffer? = head.head(
            method: request.head.method, version: request.head.version, keepsAlive: keepsAlive,
            stamp: executor.stamp(for: request.head))
        return AnswerStream { [weak self] piece, isLast in
            var bytes = prefix ?? ByteBuffer()
            prefix = nil
            if isChunked { bytes.writeChunk(piece) } else { bytes.writeImmutableBuffer(piece) }
            if isChunked, isLast { bytes.writeLastChunk() }
            if isLast { self?.stream = nil }
            self?.pieces.append((bytes, isLast))
            // The first of those that wait is written, whichever delay ends first: their order must stay.
            self?.delayed { self?.writePiece(request, keepsAlive) }
        }
    }

    private func writePiece(_ request: HTTPRequest, _ keepsAlive: Bool) {
        guard let context, let (bytes, isLast) = pieces.popFirst() else { return }
        if isLast { return complete(bytes, request, keepsAlive, context) }
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }

    private func finish() {
        isBusy = false
        runNext()
        gate?.resume()
    }

    private func writeAndClose(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        isClosing = true
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(bytes)).whenComplete { _ in
            // Closing both ways with bytes unread would reset the connection and lose the answer.
            channel.close(mode: .output, promise: nil)
            channel.eventLoop.scheduleTask(in: Self.lingerTime) { channel.close(promise: nil) }
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        stream?.onWritabilityChanged?(context.channel.isWritable)
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        isClosing = true
        reply?.abort()
        reply = nil
        stream?.abort()
        stream = nil
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else { return context.close(promise: nil) }
        if isClosing { return }
        // An answer that is still due would come behind this one.
        guard !isBusy else { return context.close(promise: nil) }
        let response =
            error == .headerOverflow
            ? HTTPResponse.text(431, "expected at most 64 KiB of header fields\n")
            : HTTPResponse.text(400, "expected HTTP/1.1: \(error)\n")
        writeAndClose(
            response.serialized(
                method: .GET, version: .http1_1, keepsAlive: false, stamp: executor.stamp(for: nil)), context)
    }
}
