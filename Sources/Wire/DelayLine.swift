package import NIOCore

/// Holds what passes for so long each way, as a long line does; order is kept.
///
/// The channel must leave its output open when the peer ends (``ConnectionOptions/PeerEnd/leavesOutputOpen``), so that the
/// peer's end takes as long as what came before it. A reset is told at once.
package final class DelayLine: ChannelDuplexHandler {
    /// What comes from the peer.
    package typealias InboundIn = ByteBuffer
    /// The same, later.
    package typealias InboundOut = ByteBuffer
    /// What goes to the peer.
    package typealias OutboundIn = ByteBuffer
    /// The same, later.
    package typealias OutboundOut = ByteBuffer

    private let outward: TimeAmount
    private let inward: TimeAmount
    private var waiting: [(data: NIOAny, promise: EventLoopPromise<Void>?)] = []

    /// A line that takes so long to the peer, and so long from it.
    package init(outward: Duration, inward: Duration) {
        self.outward = TimeAmount(outward)
        self.inward = TimeAmount(inward)
    }

    /// Holds what is written.
    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        waiting.append((data, promise))
    }

    /// Lets what was written go on later.
    package func flush(context: ChannelHandlerContext) {
        let batch = waiting
        waiting = []
        later(outward, context) { context in
            for (data, promise) in batch { context.write(data, promise: promise) }
            context.flush()
        }
    }

    /// Closes after what was written before.
    package func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        later(outward, context) { $0.close(mode: mode, promise: promise) }
    }

    /// Holds what comes.
    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        later(inward, context) { $0.fireChannelRead(data) }
    }

    /// Holds the end of what comes.
    package func channelReadComplete(context: ChannelHandlerContext) {
        later(inward, context) { $0.fireChannelReadComplete() }
    }

    /// Holds the peer's end, which then ends the channel.
    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed? = event as? ChannelEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        later(inward, context) { $0.close(promise: nil) }
    }

    private func later(
        _ delay: TimeAmount, _ context: ChannelHandlerContext, _ act: @escaping (ChannelHandlerContext) -> Void
    ) {
        _ = context.eventLoop.assumeIsolated().scheduleTask(in: delay) { act(context) }
    }
}
