import Clocks
import NIOCore
import NIOHTTP1
import Wire

/// Asks one node for its health again and again, each time on a connection of its own.
final class HealthProber {
    private let node: NodeID
    private let core: ProxyCore
    private let rules: Behavior.Health.Probe
    private let loop: any EventLoop
    private var next: Scheduled<Void>?
    private var isStopped = false

    init(node: NodeID, core: ProxyCore, rules: Behavior.Health.Probe, loop: any EventLoop) {
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
        let (started, begun) = (NIODeadline.now(), MonotonicClock.now)
        let outcome = ProbeOutcome(loop: loop, timeout: TimeAmount(rules.timeout), unreached: unreached)
        connect(outcome)
        outcome.result.futureResult.assumeIsolated().whenSuccess { result in
            if !self.isStopped { self.core.probed(self.node, result, begun: begun) }
            let due = max(started + TimeAmount(self.rules.interval), .now())
            guard !self.isStopped else { return }
            let again = NIOLoopBound(self, eventLoop: self.loop)
            self.next = self.loop.scheduleTask(deadline: due) { again.value.probe() }
        }
    }

    /// What a connection that does not come about in time tells of the node.
    private var unreached: ProbeOutcome.Result { rules.unreached == .failure ? .unanswered : .unknown }

    private func connect(_ outcome: ProbeOutcome) {
        var factory = core.connections(to: node, within: rules.timeout)
        factory.preamble = core.snapshot.behavior.proxyProtocol.toNodes.map { ProxyProtocolHeader.local.bytes($0) }
        let handler = NIOLoopBound(
            ProbeHandler(
                path: rules.path, host: factory.target.description,
                statuses: rules.check == .anyAnswer ? 100..<600 : 200..<400, outcome: outcome), eventLoop: loop)
        let connected = factory.connect(on: loop) { channel in
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(HTTPRequestEncoder())
            try pipeline.addHandler(ByteToMessageHandler(HTTPResponseDecoder()))
            try pipeline.addHandler(handler.value)
        }
        connected.assumeIsolated().whenComplete { [core, rules, unreached] result in
            switch result {
            case .success(let channel):
                outcome.closeWhenDone(channel)
                if rules.check == .connect { outcome.finish(.healthy) }
            case .failure(ChannelError.connectTimeout): outcome.finish(unreached)
            case .failure(let error) where isShortage(error):
                core.ranShort(of: "a health check", error)
                outcome.finish(.unknown)
            case .failure: outcome.finish(.unhealthy)
            }
        }
    }
}
