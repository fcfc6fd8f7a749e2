import NIOCore
import NIOHTTP1

/// Sends the request of a probe and reads the status.
final class ProbeHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let path: String
    private let host: String
    private let statuses: Range<UInt>
    private let outcome: ProbeOutcome

    /// - Parameter statuses: those of a healthy node.
    init(path: String, host: String, statuses: Range<UInt>, outcome: ProbeOutcome) {
        self.path = path
        self.statuses = statuses
        self.host = host
        self.outcome = outcome
    }

    func channelActive(context: ChannelHandlerContext) {
        let headers: HTTPHeaders = ["Host": host, "User-Agent": "stickler-health", "Connection": "close"]
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: path, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let head) = unwrapInboundIn(data) else { return }
        outcome.finish(statuses.contains(head.status.code) ? .healthy : .unhealthy)
    }

    func channelInactive(context: ChannelHandlerContext) { outcome.finish(.unhealthy) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        outcome.finish(.unhealthy)
        context.close(promise: nil)
    }
}
