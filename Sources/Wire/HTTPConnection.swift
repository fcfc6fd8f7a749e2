package import NIOCore
import NIOHTTP1
package import WebSocketCodec
import WebSocketCodecHTTP1

/// One HTTP/1.1 client connection: a request at a time, until an upgrade turns it into a WebSocket.
package final class HTTPConnection: Sendable {
    /// Most bytes one answer may have, however it is framed and whether it is read whole or while it arrives; what is
    /// inflated counts as it comes out.
    package static let bodyLimit = 32 << 20
    /// What an answer costs beside its body; the parser takes heads of at most 80 KiB.
    fileprivate static let answerCost = 80 << 10

    private let channel: any Channel
    private let inbox: Mailbox<ClientResponse>

    private init(channel: any Channel, inbox: Mailbox<ClientResponse>) {
        self.channel = channel
        self.inbox = inbox
    }

    /// Connects.
    package static func open(
        _ factory: ConnectionFactory, on loop: any EventLoop
    ) async throws(WireError) -> HTTPConnection {
        // In bytes: a peer may send answers that nobody asked for.
        let inbox = Mailbox<ClientResponse>(limit: bodyLimit + answerCost)
        let channel = try await factory.open(on: loop) { channel in
            let decoder = ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes))
            let encoder = HTTPRequestEncoder()
            let sync = channel.pipeline.syncOperations
            try sync.addHandler(encoder, name: HandlerName.encoder)
            try sync.addHandler(decoder, name: HandlerName.decoder)
            try sync.addHandler(ResponseInboxHandler(inbox: inbox), name: HandlerName.inbox)
        }
        return HTTPConnection(channel: channel, inbox: inbox)
    }

    /// Whether the peer has not closed it.
    package var isOpen: Bool { channel.isActive }

    /// Sends a request and waits for its whole answer.
    package func send(_ request: ClientRequest, within limit: Duration) async throws(WireError) -> ClientResponse {
        write(request)
        var response = try await inbox.next(
            within: limit, on: channel.eventLoop, awaiting: "an answer to \(request.method) \(request.target)")
        if !response.keepsAlive { await close() }
        if request.acceptsGzip { try response.inflateBody() }
        return response
    }

    /// Sends a request and waits for the head of its answer; the body is read while it arrives.
    package func stream(_ request: ClientRequest, within limit: Duration) async throws(WireError) -> ResponseStream {
        let sink = StreamSink()
        do {
            try await channel.pipeline.handler(type: ResponseInboxHandler.self).map { $0.sink = sink }.get()
        } catch {
            throw .closed(systemWords(error))
        }
        write(request)
        let first = try await sink.inbox.next(
            within: limit, on: channel.eventLoop, awaiting: "an answer to \(request.method) \(request.target)")
        guard case .head(let head) = first else { throw .malformed("a body without a head") }
        return try ResponseStream(channel: channel, sink: sink, head: head, decodesGzip: request.acceptsGzip)
    }

    private func write(_ request: ClientRequest) {
        var head = HTTPRequestHead(
            version: .http1_1, method: HTTPMethod(rawValue: request.method), uri: request.target)
        for (name, value) in request.headers { head.headers.add(name: name, value: value) }
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        if request.body.readableBytes > 0 {
            channel.write(HTTPClientRequestPart.body(.byteBuffer(request.body)), promise: nil)
        }
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
    }

    /// Sends an upgrade request. A 101 that satisfies `handshake` makes the connection a WebSocket; any other answer
    /// leaves it HTTP, and with none it is closed.
    package func upgrade(
        _ request: ClientRequest, handshake: ClientHandshake, within limit: Duration
    ) async throws(WireError) -> (response: ClientResponse, webSocket: WebSocketChannel?) {
        let webSocket = WebSocketChannel(channel: channel)
        do {
            // Set before the request goes out, so that frames right behind the 101 find their handler.
            try await channel.pipeline.handler(type: ResponseInboxHandler.self).map { [channel] handler in
                handler.onUpgrade = { head in
                    try webSocket.install(on: channel, handshake.validate(head))
                }
            }.get()
        } catch {
            throw .closed(systemWords(error))
        }
        do throws(WireError) {
            let response = try await send(request, within: limit)
            return (response, response.status == 101 ? webSocket : nil)
        } catch {
            await close()
            throw error
        }
    }

    /// Closes at once.
    package func close() async {
        // A channel that is closed already fails this, which is what we want of it.
        try? await channel.close().get()
    }
}

enum HandlerName {
    static let encoder = "http-request-encoder"
    static let decoder = "http-response-decoder"
    static let inbox = "http-response-inbox"
}

/// Puts whole responses into a mailbox, or their parts into a sink; leaves the pipeline when the answer is a 101.
private final class ResponseInboxHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    private let inbox: Mailbox<ClientResponse>
    private var head: HTTPResponseHead?
    private var body = ByteBuffer()
    /// Puts the WebSocket handler behind this one; nil while no upgrade is under way.
    var onUpgrade: ((HTTPResponseHead) throws -> WebSocketInboxHandler)?
    /// Takes the parts of the next answer; nil when that is wanted whole.
    var sink: StreamSink?

    init(inbox: Mailbox<ClientResponse>) { self.inbox = inbox }

    func read(context: ChannelHandlerContext) {
        guard sink?.mayRead() ?? true else { return }
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if let sink {
            pass(part, to: sink, context)
            return
        }
        switch part {
        case .head(let head):
            self.head = head
            body.clear()
        case .body(var part):
            guard body.readableBytes + part.readableBytes <= HTTPConnection.bodyLimit else {
                inbox.finish(.answerTooLong)
                context.close(promise: nil)
                return
            }
            body.writeBuffer(&part)
        case .end:
            guard let head else { return }
            self.head = nil
            let response = ClientResponse(
                status: Int(head.status.code), headers: head.headers.map { ($0.name, $0.value) }, body: body,
                keepsAlive: head.isKeepAlive || head.status == .switchingProtocols)
            if head.status == .switchingProtocols {
                guard let onUpgrade else {
                    // What follows is no HTTP, and nobody would ever read it.
                    inbox.finish(.malformed("a 101 although no upgrade was asked for"))
                    context.close(promise: nil)
                    return
                }
                leave(context, head, onUpgrade)
            }
            inbox.send(response, cost: HTTPConnection.answerCost + body.readableBytes)
        }
    }

    private func pass(_ part: HTTPClientResponsePart, to sink: StreamSink, _ context: ChannelHandlerContext) {
        switch part {
        case .head(let head):
            guard head.status != .switchingProtocols else {
                finish(.malformed("a 101 although no upgrade was asked for"))
                context.close(promise: nil)
                return
            }
            sink.put(
                .head(
                    StreamSink.Head(
                        status: Int(head.status.code), headers: head.headers.map { ($0.name, $0.value) },
                        keepsAlive: head.isKeepAlive, arrived: .now)))
        case .body(let bytes):
            guard sink.put(bytes) else {
                finish(.answerTooLong)
                context.close(promise: nil)
                return
            }
        case .end:
            sink.put(.end)
            self.sink = nil
        }
    }

    /// Ends whoever waits for an answer.
    private func finish(_ error: WireError) {
        sink?.inbox.finish(error)
        inbox.finish(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish(.closed("the peer closed the connection"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case HTTPParserError.invalidEOFState:
            finish(.closed("the peer closed the connection in the middle of an answer"))
        case is HTTPParserError, is NIOHTTPDecoderError: finish(.malformed(systemWords(error)))
        default: finish(.closed(systemWords(error)))
        }
        context.close(promise: nil)
    }

    private func leave(
        _ context: ChannelHandlerContext, _ head: HTTPResponseHead,
        _ install: (HTTPResponseHead) throws -> WebSocketInboxHandler
    ) {
        let webSocket: WebSocketInboxHandler
        do {
            webSocket = try install(head)
        } catch let violation as HandshakeViolation {
            inbox.finish(.malformed("\(violation)"))
            context.close(promise: nil)
            return
        } catch {
            inbox.finish(.closed(systemWords(error)))
            context.close(promise: nil)
            return
        }
        let sync = context.pipeline.syncOperations
        // The decoder goes last: on its way out it forwards the bytes that came with the 101.
        _ = sync.removeHandler(context: context)
        _ = sync.removeHandler(name: HandlerName.encoder)
        let decoderLeft = sync.removeHandler(name: HandlerName.decoder)
        // Until then an answer to those bytes, such as a pong, would meet the decoder, which takes no raw bytes.
        decoderLeft.assumeIsolated().whenComplete { _ in webSocket.uncork() }
    }
}
