import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Writes to the socket of a channel at once while nothing waits to be written before, which is almost always: the
/// channel's queue costs a good part of what a small write costs. What the socket does not take goes through the
/// queue, and so does everything behind it until that is written; the channel meets the errors, too.
///
/// All that is written on the channel while this is in use must come this way, or else it may be overtaken.
final class SocketWriter {
    #if os(Linux)
        private static let flags = CInt(MSG_DONTWAIT) | CInt(MSG_NOSIGNAL)
    #else
        // SwiftNIO sets SO_NOSIGPIPE.
        private static let flags = CInt(MSG_DONTWAIT)
    #endif

    private let context: ChannelHandlerContext
    /// Used only while the channel is active, since a closed descriptor may soon be another connection's. Nil for a
    /// channel that has no socket, or whose queue is not empty.
    private let descriptor: NIOBSDSocket.Handle?
    /// Writes that the channel has not done.
    private var queued = 0

    init(_ context: ChannelHandlerContext) {
        self.context = context
        let channel = context.channel
        do {
            let isEmpty = try channel.syncOptions?.getOption(.bufferedWritableBytes) == 0
            descriptor =
                isEmpty
                ? try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
                    $0
                }
                : nil
        } catch {
            // A channel that is closing: its queue refuses what comes, and says so.
            descriptor = nil
        }
    }

    func write(_ bytes: ByteBuffer) {
        var rest = bytes
        if queued == 0, let descriptor, context.channel.isActive {
            let sent = bytes.withUnsafeReadableBytes {
                send(descriptor, $0.baseAddress, $0.count, Self.flags)
            }
            if sent > 0 { rest.moveReaderIndex(forwardBy: sent) }
            if rest.readableBytes == 0 { return }
        }
        queued += 1
        context.writeAndFlush(NIOAny(rest)).assumeIsolated().whenComplete { [self] _ in queued -= 1 }
    }
}
