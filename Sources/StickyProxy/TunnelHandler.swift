import NIOCore
import Wire

/// One side of a tunnel: passes what it reads to the other side's connection, reads only while that one takes it,
/// and hands on the end of the stream behind the last byte.
final class TunnelHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let direction: TunnelDirection
    private let drain: Duration
    private var transforms: [any StreamTransform]
    private var peer: TunnelHandler?
    private var tunnel: Tunnel?
    private var context: ChannelHandlerContext?
    private var writer: SocketWriter?
    private var readPending = false
    private var active = false
    private var ending = false
    /// Whether the peer was told that it is left, and has its own end to say.
    private var leaving = false
    /// Of what went out on this side; nil where that may be anything.
    private var frames: FrameBoundary?
    /// Whether a byte was ever read on this side.
    private(set) var received = false
    private(set) var isGone = false

    init(
        _ direction: TunnelDirection, of content: Tunnel.Content, transforms: [any StreamTransform], drain: Duration
    ) {
        self.direction = direction
        frames = content == .webSocket ? FrameBoundary() : nil
        self.transforms = transforms
        self.drain = drain
    }

    func join(_ peer: TunnelHandler, tunnel: Tunnel) {
        self.peer = peer
        self.tunnel = tunnel
    }

    func takeActivity() -> Bool {
        defer { active = false }
        return active
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        writer = SocketWriter(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) { gone() }

    // MARK: Bytes

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        receive(unwrapInboundIn(data))
    }

    // Each piece is written when it comes.
    func channelReadComplete(context: ChannelHandlerContext) {}

    /// Bytes that were read before the connection was a tunnel's.
    func receiveLeftOver(_ bytes: ByteBuffer) {
        guard bytes.readableBytes > 0 else { return }
        receive(bytes)
    }

    private func receive(_ bytes: ByteBuffer) {
        active = true
        if !received {
            received = true
            tunnel?.sideBegan(direction)
        }
        if transforms.isEmpty { peer?.send(bytes) } else { receiveTransformed(bytes) }
    }

    private func receiveTransformed(_ bytes: ByteBuffer) {
        var bytes = bytes
        var closes = false
        for index in transforms.indices {
            let result = transforms[index].transform(bytes)
            bytes = result.bytes
            closes = closes || result.closes
        }
        if bytes.readableBytes > 0 { peer?.send(bytes) }
        if closes { tunnel?.close() }
    }

    private func send(_ bytes: ByteBuffer) {
        guard !ending else { return }
        frames?.pass(bytes)
        writer?.write(bytes)
    }

    // MARK: Back-pressure

    func read(context: ChannelHandlerContext) {
        if peer?.context?.channel.isWritable ?? true { context.read() } else { readPending = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { peer?.readIfPending() }
    }

    private func readIfPending() {
        guard readPending else { return }
        readPending = false
        context?.read()
    }

    /// Asks for bytes; a read that the HTTP handlers held back would never be repeated.
    func start() {
        readPending = true
        if peer?.context?.channel.isWritable ?? true { readIfPending() }
    }

    // MARK: End

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { inputClosed() }
    }

    /// The last byte of this side was read.
    func inputClosed() {
        tunnel?.sideEnded(direction)
        if leaving { abort() } else { peer?.closeOutput() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        tunnel?.sideEnded(direction)
        let peer = peer
        gone()
        peer?.end()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// Sends FIN behind everything written so far.
    private func closeOutput() {
        afterPendingWrites { $0.close(mode: .output, promise: nil) }
    }

    /// Closes the connection behind everything written so far, or when that takes too long.
    func end() {
        guard !ending, let context else { return }
        ending = true
        afterPendingWrites { $0.close(promise: nil) }
        context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(drain)) { [weak self] in
            self?.context?.close(promise: nil)
        }
    }

    /// Tells the peer that it is left, with this code of RFC 6455 §7.4.1 where it is between two frames, and gives it so
    /// long to end the connection by itself: what it still sends would destroy what it was told.
    func leave(_ code: UInt16, within limit: Duration) {
        guard !ending, let context else { return }
        (ending, leaving) = (true, true)
        if let frames, frames.isBetweenFrames, !frames.isClosed {
            let mask = direction == .nodeToClient ? UInt32.random(in: .min ... .max) : nil
            writer?.write(FrameBoundary.close(code, mask: mask))
        }
        closeOutput()
        context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(limit)) { [weak self] in
            self?.context?.close(promise: nil)
        }
    }

    /// Closes the connection at once.
    func abort() { context?.close(promise: nil) }

    private func afterPendingWrites(_ action: @escaping (ChannelHandlerContext) -> Void) {
        guard let context else { return }
        let flushed = context.eventLoop.makePromise(of: Void.self)
        flushed.futureResult.assumeIsolated().whenComplete { [weak self] _ in
            if let context = self?.context { action(context) }
        }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: flushed)
    }

    private func gone() {
        guard !isGone else { return }
        isGone = true
        context = nil
        writer = nil
        tunnel?.sideGone()
        tunnel = nil
        peer = nil
    }
}
