import NIOCore
import NIOHTTP1
import NIOPosix

/// Asks one node for its health again and again, each time on a connection of its own.
final class HealthProber {
    private let node: Int
    private let core: ProxyCore
    private let rules: Behavior.Health.Probe
    private let loop: any EventLoop
    private var next: Scheduled<Void>?
    private var isStopped = false

    init(node: Int, core: ProxyCore, rules: Behavior.Health.Probe, loop: any EventLoop) {
        self.node = node
        self.core = core
        self.rules = rules
        self.loop = loop
    }

    func stop() {
        isStopped = true
        next?.cancel()
    }

    func probe() {
        guard !isStopped else { return }
        let started = NIODeadline.now()
        let outcome = ProbeOutcome(loop: loop, timeout: TimeAmount(rules.timeout))
        connect(outcome)
        outcome.result.futureResult.assumeIsolated().whenSuccess { verdict in
            if let healthy = verdict, !self.isStopped { self.core.probed(self.node, healthy: healthy) }
            let due = max(started + TimeAmount(self.rules.interval), .now())
            guard !self.isStopped else { return }
            let again = NIOLoopBound(self, eventLoop: self.loop)
            self.next = self.loop.scheduleTask(deadline: due) { again.value.probe() }
        }
    }

    private func connect(_ outcome: ProbeOutcome) {
        let address: SocketAddress
        do {
            address = try core.nodes[node].endpoint.socketAddress()
        } catch {
            return outcome.finish(false)
        }
        let handler = NIOLoopBound(
            ProbeHandler(path: rules.path, host: core.nodes[node].endpoint.description, outcome: outcome),
            eventLoop: loop)
        ClientBootstrap(group: loop)
            .connectTimeout(TimeAmount(rules.timeout))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(HTTPRequestEncoder())
                    try pipeline.addHandler(ByteToMessageHandler(HTTPResponseDecoder()))
                    try pipeline.addHandler(handler.value)
                }
            }
            .connect(to: address)
            .assumeIsolated()
            .whenComplete { [rules] result in
                switch result {
                case .success(let channel):
                    outcome.closeWhenDone(channel)
                    if rules.check == .connect { outcome.finish(true) }
                case .failure: outcome.finish(false)
                }
            }
    }
}

/// The result of one probe: healthy, unhealthy, or nil when our own loop was too late to tell.
final class ProbeOutcome {
    let result: EventLoopPromise<Bool?>
    private let loop: any EventLoop
    private var timer: Scheduled<Void>?
    private var isFinished = false
    private var channel: (any Channel)?

    init(loop: any EventLoop, timeout: TimeAmount) {
        self.loop = loop
        result = loop.makePromise()
        let deadline = NIODeadline.now() + timeout
        let bound = NIOLoopBound(self, eventLoop: loop)
        timer = loop.scheduleTask(deadline: deadline) {
            let late = NIODeadline.now() - deadline
            bound.value.finish(late.nanoseconds > timeout.nanoseconds / 4 ? nil : false)
        }
    }

    func finish(_ healthy: Bool?) {
        guard !isFinished else { return }
        isFinished = true
        timer?.cancel()
        timer = nil
        channel?.close(promise: nil)
        result.succeed(healthy)
    }

    func closeWhenDone(_ channel: any Channel) {
        self.channel = channel
        if isFinished { channel.close(promise: nil) }
    }
}

/// Sends the request of a probe and reads the status.
final class ProbeHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let path: String
    private let host: String
    private let outcome: ProbeOutcome

    init(path: String, host: String, outcome: ProbeOutcome) {
        self.path = path
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
        outcome.finish((200..<400).contains(head.status.code))
    }

    func channelInactive(context: ChannelHandlerContext) { outcome.finish(false) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        outcome.finish(false)
        context.close(promise: nil)
    }
}
