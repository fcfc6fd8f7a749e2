package import NIOCore

/// Tells when a listener could not accept a client since this process or the machine had no descriptor left, and has it
/// try again after a second. The client waits meanwhile, and what it makes of that says nothing of anybody else.
package final class AcceptShortage: ChannelInboundHandler, Sendable {
    /// Accepted channels, which are not its concern.
    package typealias InboundIn = any Channel

    private static let pause = TimeAmount.seconds(1)

    private let report: @Sendable (any Error) -> Void

    private init(report: @escaping @Sendable (any Error) -> Void) { self.report = report }

    /// Sets up a listener; for its initializer.
    ///
    /// - Parameter report: told of each attempt that failed, once a second at most.
    package static func handle(
        on listener: any Channel, report: @escaping @Sendable (any Error) -> Void
    ) -> EventLoopFuture<Void> {
        listener.pipeline.addHandler(AcceptShortage(report: report))
    }

    /// Reports it where it is a shortage; passes it on.
    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if isShortage(error) {
            report(error)
            pauseAccepting(context.channel)
        }
        context.fireErrorCaught(error)
    }

    /// Without a pause the loop would try again at once, and do nothing else. SwiftNIO's `AcceptBackoffHandler` does not
    /// keep the socket from being read where the first accept of a turn fails.
    private func pauseAccepting(_ listener: any Channel) {
        setAccepting(false, listener)
        listener.eventLoop.assumeIsolated().scheduleTask(in: Self.pause) { self.setAccepting(true, listener) }
    }

    private func setAccepting(_ accepts: Bool, _ listener: any Channel) {
        // A listener that is closed meanwhile has nothing to be set.
        try? listener.syncOptions?.setOption(.autoRead, value: accepts)
    }
}
