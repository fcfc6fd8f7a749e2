import NIOCore

/// Tells when a listener could not accept a client since this process or the machine had no descriptor left, and has it
/// try again after a second. The client waits meanwhile, and what it makes of that says nothing of anybody else.
public final class AcceptShortage: ChannelInboundHandler, Sendable {
    /// Accepted channels, which are not its concern.
    public typealias InboundIn = any Channel

    private let report: @Sendable (any Error) -> Void

    private init(report: @escaping @Sendable (any Error) -> Void) { self.report = report }

    /// Sets up a listener; for its initializer.
    ///
    /// - Parameter report: told of each attempt that failed, once a second at most.
    public static func handle(
        on listener: any Channel, report: @escaping @Sendable (any Error) -> Void
    ) -> EventLoopFuture<Void> {
        listener.eventLoop.makeCompletedFuture {
            // Without a pause the loop would try again at once, and do nothing else.
            try listener.pipeline.syncOperations.addHandlers([
                AcceptShortage(report: report),
                AcceptBackoffHandler(shouldForwardIOErrorCaught: false) { isShortage($0) ? .seconds(1) : nil },
            ])
        }
    }

    /// Reports it where it is a shortage; passes it on.
    public func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if isShortage(error) { report(error) }
        context.fireErrorCaught(error)
    }
}
