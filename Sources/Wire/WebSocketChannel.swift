package import NIOCore
package import WebSocketCodec

/// The client's end of a WebSocket after its handshake.
package final class WebSocketChannel: Sendable {
    /// Most payload bytes that may wait unread before the connection counts as flooded.
    package static let unreadLimit = 64 << 20

    private let channel: any Channel
    private let inbox = Mailbox<WebSocketEvent>(limit: unreadLimit)

    init(channel: any Channel) { self.channel = channel }

    func install(on channel: any Channel, _ agreement: HandshakeAgreement) throws -> WebSocketInboxHandler {
        let handler = WebSocketInboxHandler(inbox: inbox, agreement)
        try channel.pipeline.syncOperations.addHandler(handler)
        return handler
    }

    /// Sends a text message; what the connection no longer takes is dropped, and its end comes as an event.
    package func send(text: String) {
        command { try $0.sendText(text) }
    }

    /// Sends a binary message, as ``send(text:)`` does.
    package func send(binary: ByteBuffer) {
        command { try $0.sendBinary(binary) }
    }

    /// Sends a ping, as ``send(text:)`` does.
    package func ping(_ payload: ByteBuffer = .init()) {
        command { try $0.sendPing(payload) }
    }

    /// Starts the closing handshake; the end comes as an event.
    package func close(_ status: CloseStatus?) {
        command { $0.close(status) }
    }

    /// Ends the TCP connection without a closing handshake.
    package func abort() async {
        // A channel that is closed already fails this, which is what we want of it.
        try? await channel.close().get()
    }

    /// The next event; pings are answered already. After `.ended` or `.failed` it throws `closed`.
    package func nextEvent(within limit: Duration) async throws(WireError) -> WebSocketEvent {
        try await inbox.next(within: limit, on: channel.eventLoop, awaiting: "a WebSocket message")
    }

    private func command(
        _ act: @escaping @Sendable (inout WebSocketConnection) throws -> Void
    ) {
        channel.eventLoop.execute { [channel] in
            // Without the handler the connection has ended, which the reader learns from its mailbox.
            guard let handler = try? channel.pipeline.syncOperations.handler(type: WebSocketInboxHandler.self) else {
                return
            }
            handler.command(act)
        }
    }
}

/// Drives the codec: bytes in, events to the mailbox, bytes out; these wait until the handler is uncorked.
final class WebSocketInboxHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var connection: WebSocketConnection
    private let inbox: Mailbox<WebSocketEvent>
    private var context: ChannelHandlerContext?
    private var isCorked = true

    init(inbox: Mailbox<WebSocketEvent>, _ agreement: HandshakeAgreement) {
        self.inbox = inbox
        connection = WebSocketConnection(agreement)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    /// Lets bytes out from now on.
    func uncork() {
        isCorked = false
        settle()
    }

    func command(_ act: (inout WebSocketConnection) throws -> Void) {
        // Whoever sends learns of the end from the mailbox, where it stands behind what came before it.
        try? act(&connection)
        settle()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        connection.receive(unwrapInboundIn(data))
        settle()
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.receiveEOF()
        settle()
        inbox.finish(.closed("the WebSocket has ended"))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func settle() {
        while let event = connection.nextEvent() {
            inbox.send(event, cost: event.cost)
        }
        guard let context, !isCorked else { return }
        while let action = connection.nextAction() {
            switch action {
            case .write(let output): context.writeAndFlush(wrapOutboundOut(output), promise: nil)
            // What the peer broke is in the mailbox; whether it reads our Close frame does not matter to us.
            case .linger, .close: context.close(promise: nil)
            }
        }
    }
}

extension WebSocketEvent {
    fileprivate var cost: Int {
        switch self {
        case .text(let bytes), .binary(let bytes), .ping(let bytes), .pong(let bytes): bytes.readableBytes + 64
        case .piece(let piece): piece.bytes.readableBytes + 64
        case .closeReceived, .failed, .ended: 64
        }
    }
}
