import NIOCore

/// Sends the first bytes of a connection, such as a PROXY protocol header, below the layer of its transport.
///
/// SwiftNIO tells whoever connects, and the handlers, that the connection stands, before anything is written: whoever is
/// told first has the bytes sent, so that they precede what the handlers write, and whoever connects waits for that.
final class ConnectionPreamble: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let bytes: ByteBuffer
    /// Set when the bytes are on their way.
    private var written: EventLoopFuture<Void>?

    init(_ bytes: ByteBuffer) { self.bytes = bytes }

    /// Sends what a channel that stands is to begin with; the future tells when the socket has it. Call it on the channel's
    /// loop.
    static func send(on channel: any Channel) -> EventLoopFuture<Void> {
        let pipeline = channel.pipeline.syncOperations
        do {
            let preamble = try pipeline.handler(type: ConnectionPreamble.self)
            let context = try pipeline.context(handler: preamble)
            let written = preamble.send(context)
            pipeline.removeHandler(context: context, promise: nil)
            return written
        } catch {
            // It was closed at once.
            return channel.eventLoop.makeFailedFuture(error)
        }
    }

    func channelActive(context: ChannelHandlerContext) {
        _ = send(context)
        context.fireChannelActive()
    }

    private func send(_ context: ChannelHandlerContext) -> EventLoopFuture<Void> {
        if let written { return written }
        let written = context.writeAndFlush(wrapOutboundOut(bytes))
        self.written = written
        return written
    }
}
