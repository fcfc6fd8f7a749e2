import Clocks
import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import Wire

/// What the event loops of a proxy share: its configuration and, behind locks, its behavior and its knowledge of nodes and
/// clients.
final class ProxyCore: Sendable {
    let streams: StreamOptions
    let logger: Logger
    private let current: NIOLockedValueBox<ProxySnapshot>
    let clientTransport: ByteTransport
    private let nodeTransport: ByteTransport
    private let onShortage: @Sendable (String) -> Void
    private let lastShortage = NIOLockedValueBox<MonotonicClock.Instant?>(nil)
    private let defects: [any Defect]
    let router: (any RequestRouter)?
    private let balancer: NIOLockedValueBox<BalancerMachine>
    private let workers = NIOLockedValueBox<[ObjectIdentifier: NIOLoopBound<ProxyWorker>]>([:])

    init(_ configuration: ProxyConfiguration) {
        current = NIOLockedValueBox(ProxySnapshot(configuration.behavior))
        streams = StreamOptions(largestRead: configuration.largestRead)
        logger = configuration.logger
        clientTransport = configuration.clientTransport
        nodeTransport = configuration.nodeTransport
        onShortage = configuration.onShortage
        defects = configuration.defects
        router = configuration.router
        balancer = NIOLockedValueBox(BalancerMachine(nodes: configuration.nodes, behavior: configuration.behavior))
    }

    /// What the proxy goes by now. An event loop's own is its worker's.
    var snapshot: ProxySnapshot { current.withLockedValue { $0 } }

    /// Goes by another behavior from now on; the workers are to be given the snapshot that this returns.
    func reload(_ behavior: Behavior) -> ProxySnapshot {
        let snapshot = current.withLockedValue { current in
            current = ProxySnapshot(behavior, after: current)
            balancer.withLockedValue { $0.reload(behavior) }
            return current
        }
        logger.notice("behavior reloaded")
        return snapshot
    }

    /// Makes connections to a node.
    func connections(
        to node: NodeID, within limit: Duration, _ options: ConnectionOptions = ConnectionOptions()
    ) -> ConnectionFactory {
        ConnectionFactory(target: self.node(node).endpoint, limit: limit, transport: nodeTransport, options: options)
    }

    // MARK: Workers

    func add(_ worker: NIOLoopBound<ProxyWorker>, of loop: any EventLoop) {
        workers.withLockedValue { $0[ObjectIdentifier(loop)] = worker }
    }

    /// The worker of a loop; nil for a loop that isn't of the proxy's group.
    func worker(of loop: any EventLoop) -> ProxyWorker? {
        workers.withLockedValue { $0[ObjectIdentifier(loop)] }?.value
    }

    /// Runs on every loop; the future tells when all have.
    func onEveryWorker(
        of group: any EventLoopGroup, _ body: @escaping @Sendable (ProxyWorker) -> Void
    ) -> EventLoopFuture<Void> {
        let all = Array(group.makeIterator()).map { loop in
            loop.submit { if let worker = self.worker(of: loop) { body(worker) } }
        }
        return EventLoopFuture.andAllComplete(all, on: group.any())
    }

    // MARK: Shortages

    /// We had no descriptor left for this; told once a second at most.
    func ranShort(of what: String, _ error: any Error) {
        let isNews = lastShortage.withLockedValue { last in
            let now = MonotonicClock.now
            if let last, now - last < .seconds(1) { return false }
            last = now
            return true
        }
        guard isNews else { return }
        let detail = "\(what): \(systemWords(error))"
        logger.error(
            "no descriptor left; raise the limit of open files, for example with ulimit -n 65536",
            metadata: ["for": "\(detail)"])
        onShortage(detail)
    }

    // MARK: Nodes

    /// Name and address of a node, also of one that left.
    func node(_ id: NodeID) -> ProxyNode { balancer.withLockedValue { $0.roster[id].node } }

    /// Those that have not left, and what becomes of them.
    func roster(at now: MonotonicClock.Instant) -> [(id: NodeID, member: Roster.Member, isUp: Bool)] {
        balancer.withLockedValue { balancer in
            balancer.roster.present.map { ($0, balancer.roster[$0], balancer.health[$0].isAvailable(at: now)) }
        }
    }

    func isPresent(_ id: NodeID) -> Bool { balancer.withLockedValue { $0.roster[id].state != .gone } }

    func add(_ node: ProxyNode) throws(RosterError) -> NodeID {
        let id = try change { balancer throws(RosterError) in try balancer.add(node) }
        logger.notice("node joined", metadata: ["node": "\(node.id)", "address": "\(node.endpoint)"])
        return id
    }

    func drain(_ name: String) throws(RosterError) {
        let id = try change { balancer throws(RosterError) in try balancer.drain(name) }
        logger.notice("node drains", metadata: ["node": "\(name)"])
        guard snapshot.behavior.changes.tunnelsOnDrain == .ended else { return }
        for worker in workers.withLockedValue({ Array($0.values) }) {
            worker.eventLoop.execute { worker.value.endTunnels(of: id) }
        }
    }

    func undrain(_ name: String) throws(RosterError) {
        try change { balancer throws(RosterError) in try balancer.undrain(name) }
        logger.notice("node serves again", metadata: ["node": "\(name)"])
    }

    /// The node leaves; its tunnels end.
    func remove(_ name: String) throws(RosterError) -> NodeID {
        let id = try change { balancer throws(RosterError) in try balancer.remove(name) }
        logger.notice("node left", metadata: ["node": "\(name)"])
        for worker in workers.withLockedValue({ Array($0.values) }) {
            worker.eventLoop.execute { worker.value.nodeLeft(id) }
        }
        return id
    }

    private func change<Value: Sendable>(
        _ body: (inout BalancerMachine) throws(RosterError) -> Value
    ) throws(RosterError) -> Value {
        try balancer.withLockedValue { balancer in
            Result { () throws(RosterError) in try body(&balancer) }
        }.get()
    }

    // MARK: Decisions

    func route(_ query: BalancerMachine.Query) -> BalancerMachine.Route {
        balancer.withLockedValue { $0.route(query, at: .now, random: UInt64.random(in: .min ... .max)) }
    }

    /// The first node of these names that is there, and its name, but for those that were tried in vain.
    func first(of names: [String], excluding excluded: Set<NodeID>) -> (id: NodeID, name: String)? {
        balancer.withLockedValue { balancer in
            for name in names {
                guard let id = balancer.roster.place(of: name), !excluded.contains(id) else { continue }
                return (id, name)
            }
            return nil
        }
    }

    func failedToConnect(_ node: NodeID, begun: MonotonicClock.Instant) {
        apply(balancer.withLockedValue { $0.failedToConnect(node, begun: begun, at: .now) })
    }

    func connected(_ node: NodeID) {
        apply(balancer.withLockedValue { $0.connected(node) })
    }

    func answered(_ node: NodeID, to key: Substring?) {
        balancer.withLockedValue { $0.answered(node, to: key, at: .now) }
    }

    /// The node set the application's cookie that affinity goes by.
    func learned(_ value: Substring, from node: NodeID) {
        balancer.withLockedValue { $0.engine.learned(value, from: node) }
    }

    func probed(_ node: NodeID, _ result: ProbeOutcome.Result, begun: MonotonicClock.Instant) {
        let effects = balancer.withLockedValue { balancer -> BalancerMachine.Effects? in
            switch result {
            case .healthy: balancer.probed(node, healthy: true)
            case .unhealthy: balancer.probed(node, healthy: false)
            case .unanswered: balancer.probeUnanswered(node, begun: begun)
            case .unknown: nil
            }
        }
        apply(effects)
    }

    /// Whether upgrades go on to nodes now.
    var letsUpgrades: Bool { balancer.withLockedValue { $0.upgrades.lets(at: .now) } }

    func acceptedUpgrade() {
        balancer.withLockedValue { $0.acceptedUpgrade(at: .now) }
    }

    func refusedUpgrade(_ node: NodeID, status: Int, ofSession: Bool) {
        balancer.withLockedValue { $0.refusedUpgrade(node, status: status, ofSession: ofSession, at: .now) }
    }

    func abortedUpgrade(_ node: NodeID, silentFor silence: Duration?) {
        balancer.withLockedValue { $0.abortedUpgrade(node, silentFor: silence, at: .now) }
    }

    private func apply(_ effects: BalancerMachine.Effects?) {
        guard let effects else { return }
        logger.notice(
            "node changed state",
            metadata: ["node": "\(node(effects.node).id)", "state": "\(effects.change)"])
        guard effects.change == .down || effects.endsTunnels != .none else { return }
        for worker in workers.withLockedValue({ Array($0.values) }) {
            worker.eventLoop.execute { worker.value.nodeChanged(effects) }
        }
    }

    // MARK: Crashes

    /// Ends every connection, as if the process died and came back.
    func crash() {
        logger.error("crashed")
        for worker in workers.withLockedValue({ Array($0.values) }) {
            worker.eventLoop.execute { worker.value.crash() }
        }
    }

    // MARK: Defects

    func tunnelTransforms(_ direction: TunnelDirection) -> [any StreamTransform] {
        defects.compactMap { $0.tunnelTransform(direction) }
    }

    func bodyTransforms(_ head: ResponseHead, to request: RequestHead) -> [any StreamTransform] {
        if defects.isEmpty { return [] }
        let (head, request) = (HTTPResponseHead(head), HTTPRequestHead(request))
        return defects.compactMap { $0.bodyTransform(head, to: request) }
    }

    /// What this request meets.
    func rules(for request: RequestHead, under snapshot: ProxySnapshot) -> RequestRules {
        if defects.isEmpty { return snapshot.rules }
        let request = HTTPRequestHead(request)
        for defect in defects {
            if let exception = defect.exception(for: request) { return exception }
        }
        return snapshot.rules
    }

    func leadsAstray(_ request: RequestHead) -> Bool {
        if defects.isEmpty { return false }
        let request = HTTPRequestHead(request)
        return defects.contains { $0.leadsAstray(request) }
    }

    /// The text of a request's head as it goes to its node.
    func forwarded(_ request: ForwardedRequest, under rules: RequestRules) -> [UInt8] {
        if defects.isEmpty { return request.text(under: rules) }
        let head = HTTPRequestHead(request, under: rules)
        return [UInt8](defects.reduce(head) { $1.request($0) })
    }
}
