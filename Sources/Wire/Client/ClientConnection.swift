package import Clocks
package import NIOCore
package import WebSocketCodec

/// What a ``ClientConnection`` tells, on its event loop. The instant is when the bytes came.
package protocol ClientConnectionOwner: AnyObject {
    /// The connection stands.
    func connectionOpened(_ connection: ClientConnection, _ channel: any Channel)
    /// The head of the answer to the request under way has come.
    func connection(_ connection: ClientConnection, responded head: ResponseHead, at now: MonotonicClock.Instant)
    /// More of the answer's body has come.
    func connection(_ connection: ClientConnection, received body: ByteBuffer, at now: MonotonicClock.Instant)
    /// The answer is complete; ``ClientConnection/isReusable`` tells whether another request may follow.
    func connectionCompleted(_ connection: ClientConnection, at now: MonotonicClock.Instant)
    /// The answer was a valid 101: from now on it is a WebSocket.
    func connectionUpgraded(_ connection: ClientConnection, at now: MonotonicClock.Instant)
    /// Something came on the WebSocket; pings are answered already.
    func connection(
        _ connection: ClientConnection, received event: WebSocketEvent, at now: MonotonicClock.Instant)
    /// It is over. Nothing comes after this.
    func connectionEnded(_ connection: ClientConnection, _ error: WireError, at now: MonotonicClock.Instant)
}

/// One TCP connection of a client, with one handler and without tasks or locks: a request at a time over HTTP/1.1, until
/// a 101 makes it a WebSocket. All its methods are called on its event loop, and so is its owner.
package final class ClientConnection {
    private enum Mode {
        /// What goes out once it stands.
        case connecting(ByteBuffer, ResponseReader)
        case http(ResponseReader)
        case webSocket(WebSocketEnd)
        case ended
    }

    /// What is accepted from the peer.
    package struct Limits: Sendable, Hashable {
        /// Most bytes of one answer's body.
        package var bodyBytes: Int
        /// Of the WebSocket.
        package var webSocket: WebSocketLimits

        /// These limits.
        package init(bodyBytes: Int = 32 << 20, webSocket: WebSocketLimits = WebSocketLimits()) {
            self.bodyBytes = bodyBytes
            self.webSocket = webSocket
        }
    }

    /// How much is read at once, at first. An idle connection keeps the buffer of its first read, which is why that is
    /// small; heads of answers are seldom longer.
    private static let receiveAllocator = AdaptiveRecvByteBufferAllocator(minimum: 256, initial: 512, maximum: 65_536)
    /// How the bodies of answers may be encoded.
    package enum BodyEncoding: Sendable, Hashable {
        /// They are told as they come.
        case asItIs
        /// The request says that gzip will do: such a body is inflated.
        case gzip
    }

    /// How long a peer has to answer a Close frame before it is cut off.
    private static let closingLimit = TimeAmount.seconds(1)

    private let limits: Limits
    // Unchecked, for the price of each message: used on its loop, and never in hand while the owner is told something.
    @exclusivity(unchecked) private var mode: Mode
    /// Nil once nothing more is to be said; until then the two hold each other.
    private var owner: (any ClientConnectionOwner)?
    private var context: ChannelHandlerContext?
    private var writer: SocketWriter?
    /// Whether what is sent waits for the end of the turn.
    @exclusivity(unchecked) private var isWorking = false

    private init(_ owner: any ClientConnectionOwner, _ limits: Limits) {
        self.owner = owner
        self.limits = limits
        mode = .connecting(ByteBuffer(), ResponseReader())
    }

    /// Begins to connect, on the loop that calls it; a request may be made at once.
    package static func open(
        _ factory: ConnectionFactory, on loop: any EventLoop, limits: Limits = Limits(),
        owner: any ClientConnectionOwner
    ) -> ClientConnection {
        let connection = ClientConnection(owner, limits)
        var factory = factory
        factory.options.receiveAllocator = factory.options.receiveAllocator ?? receiveAllocator
        let bound = NIOLoopBound(connection, eventLoop: loop)
        factory.connect(on: loop) { channel in
            try channel.pipeline.syncOperations.addHandler(Handler(bound.value))
        }.assumeIsolated().whenFailure { [factory] error in
            // Not before the caller knows the connection: some failures come at once.
            loop.assumeIsolated().execute { connection.end(factory.failure(error), .now) }
        }
        return connection
    }

    /// Whether another request may be made: it is over HTTP, nothing is under way, and the last answer allows it.
    package var isReusable: Bool {
        if case .http(let reader) = mode { return !reader.isAwaiting && reader.parser.mayReuse }
        return false
    }

    /// Whether anything of the answer to the request made last has come. A browser asks again on another connection where
    /// nothing has and the connection had borne requests before.
    package private(set) var hasHeard = false

    /// Whether the peer reads slower than it is sent to.
    package var isHeldUp: Bool { writer?.isHeldUp ?? false }

    /// Tells when the channel is closed; nil before it stands and after that.
    package var closed: EventLoopFuture<Void>? { context?.channel.closeFuture }

    // MARK: What the owner wants

    /// Sends a request, whose bytes these are, head and body. One at a time.
    package func request(_ bytes: ByteBuffer, encoding: BodyEncoding = .asItIs) {
        send(bytes, handshake: nil, encoding)
    }

    /// Sends a request for an upgrade.
    package func upgrade(_ bytes: ByteBuffer, _ handshake: ClientHandshake, encoding: BodyEncoding = .asItIs) {
        send(bytes, handshake: handshake, encoding)
    }

    /// Sends a text message; what the connection takes no more is dropped, since its end is on the way to the owner.
    package func sendText(_ text: String) {
        guard case .webSocket(let end) = mode else { return }
        var text = text
        text.withUTF8 { bytes in
            // Refused only once the connection is closing, which the owner hears.
            try? end.codec.sendText(UnsafeRawBufferPointer(bytes))
        }
        flush(end)
    }

    /// Sends a text message whose bytes are known to be UTF-8, as ``sendText(_:)-(String)`` does.
    package func sendText(_ utf8: UnsafeRawBufferPointer) {
        guard case .webSocket(let end) = mode else { return }
        // As above.
        try? end.codec.sendText(utf8)
        flush(end)
    }

    /// Lets the codec of the WebSocket act, and what it has to say go out.
    package func command(_ act: (inout WebSocketConnection) -> Void) {
        guard case .webSocket(let end) = mode else { return }
        act(&end.codec)
        flush(end)
    }

    /// Whether the socket is read; what comes meanwhile holds the peer up.
    package func setReading(_ isReading: Bool) {
        // A channel that is closed has nothing to read.
        try? context?.channel.syncOptions?.setOption(.autoRead, value: isReading)
    }

    /// Ends the WebSocket with a closing handshake, which a peer may not hold up for long. Nothing more is said.
    package func closeWebSocket(_ status: CloseStatus) {
        guard case .webSocket(let end) = mode else { return cut() }
        owner = nil
        end.codec.close(status)
        flush(end)
        _ = context?.eventLoop.assumeIsolated().scheduleTask(in: Self.closingLimit) { [self] in cut() }
    }

    /// Ends it at once. Nothing more is said.
    package func cut() {
        owner = nil
        mode = .ended
        context?.close(promise: nil)
    }

    private func send(_ bytes: ByteBuffer, handshake: ClientHandshake?, _ encoding: BodyEncoding) {
        hasHeard = false
        switch mode {
        case .connecting(var waiting, let reader):
            reader.begin(handshake, encoding)
            waiting.writeImmutableBuffer(bytes)
            mode = .connecting(waiting, reader)
        case .http(let reader):
            reader.begin(handshake, encoding)
            writer?.write(bytes)
        case .webSocket, .ended: break
        }
    }
}

// MARK: - What the channel says

extension ClientConnection {
    private func connected(_ context: ChannelHandlerContext) {
        guard case .connecting(let waiting, let reader) = mode else { return context.close(promise: nil) }
        let writer = SocketWriter(context)
        self.writer = writer
        mode = .http(reader)
        owner?.connectionOpened(self, context.channel)
        if waiting.readableBytes > 0 { writer.write(waiting) }
    }

    private func received(_ bytes: ByteBuffer) {
        let now = MonotonicClock.now
        isWorking = true
        switch mode {
        case .webSocket(let end):
            end.codec.receive(bytes)
            work(end, now)
        case .http(let reader):
            hasHeard = true
            reader.parser.receive(bytes)
            work(reader, now)
        case .connecting, .ended: break
        }
        isWorking = false
        if case .webSocket(let end) = mode { flush(end) }
    }

    /// The peer sends no more.
    private func inputEnded() {
        let now = MonotonicClock.now
        switch mode {
        case .webSocket(let webSocket):
            webSocket.codec.receiveEOF()
            work(webSocket, now)
            end(.closed("the WebSocket has ended"), now)
        case .http(let reader):
            reader.parser.receiveEnd()
            work(reader, now)
            end(.closed("the peer closed the connection"), now)
        case .connecting: end(.closed("the connection ended before it stood"), now)
        case .ended: break
        }
        writer = nil
    }

    private func end(_ error: WireError, _ now: MonotonicClock.Instant) {
        mode = .ended
        context?.close(promise: nil)
        guard let owner else { return }
        self.owner = nil
        owner.connectionEnded(self, error, at: now)
    }

    private func work(_ reader: ResponseReader, _ now: MonotonicClock.Instant) {
        do throws(HTTPSyntaxError) {
            while let owner, let event = try reader.parser.next() {
                guard reader.isAwaiting else {
                    return end(.malformed("an answer to no request"), now)
                }
                switch event {
                // No client waits for one.
                case .interim: break
                case .head(let head):
                    if let error = reader.expectBody(of: head) { return end(error, now) }
                    owner.connection(self, responded: head, at: now)
                    if head.status == 101 { return upgrade(reader, head, now) }
                case .body(let bytes):
                    if let error = tell(bytes, reader, now) { return end(error, now) }
                case .end:
                    guard reader.isWhole else { return end(.malformed("the gzip body ends in the middle"), now) }
                    reader.finish()
                    owner.connectionCompleted(self, at: now)
                }
            }
        } catch .cutShort {
            end(.closed("the peer closed the connection in the middle of an answer"), now)
        } catch {
            end(.malformed("\(error)"), now)
        }
    }

    /// Tells the owner of more of the body; what is inflated comes in steps, whatever it grows to.
    private func tell(_ bytes: ByteBuffer, _ reader: ResponseReader, _ now: MonotonicClock.Instant) -> WireError? {
        var rest = bytes
        while let owner, rest.readableBytes > 0 {
            let step: ByteBuffer
            do throws(WireError) { step = try reader.take(&rest, limit: limits.bodyBytes) } catch { return error }
            if step.readableBytes > 0 { owner.connection(self, received: step, at: now) }
        }
        return nil
    }

    private func upgrade(_ reader: ResponseReader, _ head: ResponseHead, _ now: MonotonicClock.Instant) {
        guard let handshake = reader.handshake else {
            return end(.malformed("a 101 although no upgrade was asked for"), now)
        }
        let agreement: HandshakeAgreement
        do throws(HandshakeViolation) {
            let fields = head.allFields.map { HandshakeHeader(name: $0.name, value: $0.value) }
            agreement = try handshake.validate(status: head.status, headers: fields)
            // The end of the head, behind which the parser keeps what belongs to the WebSocket.
            _ = try? reader.parser.next()
        } catch {
            return end(.malformed("\(error)"), now)
        }
        let end = WebSocketEnd(agreement, limits.webSocket)
        mode = .webSocket(end)
        let rest = reader.parser.takeRest()
        owner?.connectionUpgraded(self, at: now)
        guard case .webSocket = mode, rest.readableBytes > 0 else { return }
        end.codec.receive(rest)
        work(end, now)
    }

    private func work(_ end: WebSocketEnd, _ now: MonotonicClock.Instant) {
        while let event = end.codec.nextEvent() {
            owner?.connection(self, received: event, at: now)
            guard case .webSocket = mode else { return }
        }
    }

    private func flush(_ end: WebSocketEnd) {
        guard !isWorking, let writer else { return }
        while let action = end.codec.nextAction() {
            switch action {
            case .write(let output):
                writer.write(output)
                end.codec.reuse(output)
            // What the peer broke is told; whether it reads our Close frame does not matter to us.
            case .linger, .close: context?.close(promise: nil)
            }
        }
    }
}

/// Our end of the WebSocket; a class, so that it is worked on in place.
private final class WebSocketEnd {
    // Unchecked for the price of each message: the codec calls nobody.
    @exclusivity(unchecked) var codec: WebSocketConnection

    init(_ agreement: HandshakeAgreement, _ limits: WebSocketLimits) {
        codec = WebSocketConnection(agreement, limits: limits)
    }
}

extension ClientConnection {
    /// The one handler of the channel.
    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let connection: ClientConnection

        init(_ connection: ClientConnection) { self.connection = connection }

        func handlerAdded(context: ChannelHandlerContext) { connection.context = context }
        func channelActive(context: ChannelHandlerContext) { connection.connected(context) }
        func channelRead(context: ChannelHandlerContext, data: NIOAny) { connection.received(unwrapInboundIn(data)) }
        func channelInactive(context: ChannelHandlerContext) { connection.inputEnded() }
        // The context holds this handler.
        func handlerRemoved(context: ChannelHandlerContext) { connection.context = nil }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            connection.end(.closed(systemWords(error)), .now)
        }
    }
}
