import NIOCore

/// The end of a relay that is connected to the app.
final class AppSide: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Held until the connection is gone.
    private var relay: AppRelay?
    private var context: ChannelHandlerContext?
    private var isReadHeld = false

    init(_ relay: AppRelay) { self.relay = relay }

    /// Whether the app takes bytes now.
    var isWritable: Bool { context?.channel.isWritable ?? true }

    func send(_ bytes: ByteBuffer) { context?.writeAndFlush(wrapOutboundOut(bytes), promise: nil) }

    /// The client takes bytes again.
    func resume() {
        guard isReadHeld, let context else { return }
        isReadHeld = false
        context.read()
    }

    /// Closes once the app has taken what the client sent, or has had this time for it.
    func close(within limit: Duration) {
        relay = nil
        context?.channel.closeBehindLastByte(within: limit)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { relay?.receive(unwrapInboundIn(data)) }

    func read(context: ChannelHandlerContext) {
        if relay?.isClientWritable == false { isReadHeld = true } else { context.read() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { relay?.resumeClient() }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        let relay = relay
        self.relay = nil
        relay?.appEnded()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
