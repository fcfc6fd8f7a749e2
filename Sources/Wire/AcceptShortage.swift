import NIOCore

/// Tells when a listener could not accept a client since this process or the machine had no descriptor left. The client
/// waits meanwhile, and what it makes of that says nothing of anybody else.
///
/// The first handler of a listener, before SwiftNIO's own, which tries again after a second.
public final class AcceptShortage: ChannelInboundHandler, Sendable {
    /// Accepted channels, which are not its concern.
    public typealias InboundIn = any Channel

    private let report: @Sendable (any Error) -> Void

    /// A handler that reports each failed attempt.
    public init(report: @escaping @Sendable (any Error) -> Void) { self.report = report }

    /// Reports it where it is a shortage; passes it on.
    public func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if isShortage(error) { report(error) }
        context.fireErrorCaught(error)
    }
}
