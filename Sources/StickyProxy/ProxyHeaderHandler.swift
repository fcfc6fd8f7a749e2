import Logging
import NIOCore
import Wire

/// Reads the header of the PROXY protocol that begins a client's connection, and makes way for what follows.
final class ProxyHeaderHandler: ChannelInboundHandler, RemovableChannelHandler, ArrivingClient {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let arrival: Arrival
    private var parser = ProxyProtocolParser()
    private var context: ChannelHandlerContext?
    private var timer: Scheduled<Void>?

    init(_ arrival: Arrival) { self.arrival = arrival }

    private var worker: ProxyWorker { arrival.worker }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        worker.arrived(self)
        if worker.isShuttingDown || worker.isLeaving { return abort() }
        let limit = TimeAmount(worker.snapshot.limits.headTime)
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: limit) { [weak self] in self?.abort() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        timer?.cancel()
        worker.departed(self)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        do {
            guard let header = try parser.read(from: &bytes) else { return }
            try arrival.install(on: context.channel, from: ClientAddresses(header, of: context.channel))
        } catch {
            worker.core.logger.info(
                "client closed",
                metadata: [
                    "address": "\(Endpoint(context.channel.remoteAddress)?.description ?? "unknown")",
                    "reason": "\(error)",
                ])
            return abort()
        }
        if bytes.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(bytes)) }
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // Its header will not come any more.
        if case .inputClosed? = event as? ChannelEvent { abort() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { abort() }

    // MARK: The proxy

    func leave() { abort() }
    func abort() { context?.close(promise: nil) }
    func lost(_ node: NodeID) {}
}
