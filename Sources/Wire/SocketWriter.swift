package import NIOCore

/// Writes to the socket of a channel at once while nothing waits to be written before, which is almost always: the
/// channel's queue costs a good part of what a small write costs. What the socket does not take goes through the
/// queue, and so does everything behind it until that is written; the channel meets the errors, too.
///
/// On a channel whose ``ByteTransport`` is not plain everything goes through the pipeline, and so through the layer.
///
/// All that is written on the channel while this is in use must come this way, or else it may be overtaken.
package final class SocketWriter {
    private let context: ChannelHandlerContext
    private let channel: any Channel
    /// Used only while the channel is active, since a closed descriptor may soon be another connection's. Nil for a
    /// channel that is not declared plain, or whose queue is not empty.
    private let socket: PlainSocket?
    /// Writes that the channel has not done.
    // Unchecked, for the price of each message: used on its loop, and read or changed at once.
    @exclusivity(unchecked) private var queued = 0

    /// A writer for the handler of this context, on its loop; it writes through the pipeline in front of that handler.
    package init(_ context: ChannelHandlerContext) {
        self.context = context
        channel = context.channel
        do {
            let isEmpty = try channel.syncOptions?.getOption(.bufferedWritableBytes) == 0
            socket = isEmpty ? try PlainSocket(of: channel) : nil
        } catch {
            // A channel that is closing, whose queue refuses what comes and says so; or one that was not declared.
            socket = nil
        }
    }

    /// Whether something waits that the socket did not take.
    package var isHeldUp: Bool { queued > 0 }

    /// Writes the bytes, and flushes. What goes wrong shows as the end of the channel.
    package func write(_ bytes: ByteBuffer) {
        var rest = bytes
        if queued == 0, let socket, channel.isActive {
            let sent = socket.write(bytes)
            if sent > 0 { rest.moveReaderIndex(forwardBy: sent) }
            if rest.readableBytes == 0 { return }
        }
        queued += 1
        context.writeAndFlush(NIOAny(rest)).assumeIsolated().whenComplete { [self] _ in queued -= 1 }
    }
}
