import NIOCore
import NIOHTTP1

/// Stands before the HTTP parser and gives it bytes up to one blank line at a time, so that the bytes behind an upgrade
/// request never reach the parser; holds input while a request is executed.
final class RequestGate: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer

    /// Input held beyond this stops reading.
    private static let limit = 65_536

    private var context: ChannelHandlerContext?
    private var scanner = BlankLineScanner()
    private var pending = ByteBuffer()
    private var isFeeding = false
    private var isReadHeld = false
    private var successor: WebSocketHandler?
    private var parser = ByteToMessageHandler(RequestGate.makeParser())
    private let handler: RequestHandler

    /// Adds itself, the parser and the handler to a channel.
    static func install(on channel: any Channel, executor: any RequestExecutor) throws {
        let handler = RequestHandler(executor: executor)
        let gate = RequestGate(handler: handler)
        handler.gate = gate
        try channel.pipeline.syncOperations.addHandlers(gate, gate.parser, handler)
    }

    private init(handler: RequestHandler) { self.handler = handler }

    private static func makeParser() -> HTTPRequestDecoder {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = 65_536
        limits.maxHeaderListSize = 65_536
        return HTTPRequestDecoder(
            leftOverBytesStrategy: .dropBytes, informationalResponseStrategy: .drop, limitConfiguration: limits)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if handler.isClosing { return }
        var bytes = unwrapInboundIn(data)
        if pending.readableBytes == 0 { pending = bytes } else { pending.writeBuffer(&bytes) }
        feed()
    }

    func read(context: ChannelHandlerContext) {
        if pending.readableBytes > Self.limit { isReadHeld = true } else { context.read() }
    }

    /// The handler can take a request again.
    func resume() { feed() }

    private func feed() {
        guard !isFeeding, let context else { return }
        isFeeding = true
        while successor == nil, !handler.isBusy, pending.readableBytes > 0 {
            let length = scanner.firstEnd(in: pending) ?? pending.readableBytes
            guard let piece = pending.readSlice(length: length) else { break }
            context.fireChannelRead(wrapInboundOut(piece))
        }
        isFeeding = false
        if successor != nil { return completeUpgrade(context) }
        if pending.readableBytes == 0 { pending = ByteBuffer() }
        if isReadHeld, pending.readableBytes <= Self.limit {
            isReadHeld = false
            context.read()
        }
    }

    /// A parser that has seen an upgrade request parses no more; after a refusal a new one takes over.
    func renewParser(then done: @escaping () -> Void) {
        guard let context else { return }
        let old = parser
        parser = ByteToMessageHandler(Self.makeParser())
        context.pipeline.syncOperations.removeHandler(old).assumeIsolated().whenComplete { [self] _ in
            guard let context = self.context else { return }
            do {
                try context.pipeline.syncOperations.addHandler(parser, position: .after(self))
                done()
            } catch {
                context.close(promise: nil)
            }
        }
    }

    /// From now on the connection is the other handler's.
    func upgrade(to successor: WebSocketHandler) {
        self.successor = successor
        if !isFeeding, let context { completeUpgrade(context) }
    }

    private func completeUpgrade(_ context: ChannelHandlerContext) {
        guard let successor else { return }
        self.successor = nil
        let operations = context.pipeline.syncOperations
        do { try operations.addHandler(successor, position: .after(self)) } catch { return context.close(promise: nil) }
        if pending.readableBytes > 0 {
            context.fireChannelRead(wrapInboundOut(pending))
            pending = ByteBuffer()
        }
        // The successor passes no reads on, so nothing reaches these while they leave.
        operations.removeHandler(handler, promise: nil)
        operations.removeHandler(parser, promise: nil)
        if isReadHeld { context.read() }
        operations.removeHandler(context: context, promise: nil)
    }
}
