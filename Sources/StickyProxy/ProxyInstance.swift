import Clocks
import NIOConcurrencyHelpers
import NIOCore

/// One proxy of those that share a listener: with its own view of the nodes, its own checks of them, and its own memory of
/// clients.
final class ProxyInstance: Sendable {
    let core: ProxyCore
    private let group: any EventLoopGroup
    /// Those that check nodes, by node; none where nodes are not checked.
    private let probers = NIOLockedValueBox<[NodeID: NIOLoopBound<HealthProber>]>([:])

    /// One with a worker on each loop; checks begin with ``startProbing()``.
    init(_ configuration: ProxyConfiguration) async throws {
        core = ProxyCore(configuration)
        group = configuration.group
        for loop in group.makeIterator() {
            try await loop.submit { [core] in
                let worker = ProxyWorker(core: core, loop: loop)
                core.add(NIOLoopBound(worker, eventLoop: loop), of: loop)
                worker.startSweeping()
            }.get()
        }
    }

    // MARK: Checks

    func startProbing() async throws {
        for (node, _, _) in core.roster(at: .now) { try await startProbing(node) }
    }

    private func startProbing(_ node: NodeID) async throws {
        guard let rules = core.snapshot.behavior.health.probe else { return }
        let loop = group.next()
        let prober = try await loop.submit { [core] in
            let prober = HealthProber(node: node, core: core, rules: rules, loop: loop)
            prober.probe()
            return NIOLoopBound(prober, eventLoop: loop)
        }.get()
        let isLate = probers.withLockedValue { probers in
            // It may have left meanwhile.
            guard core.isPresent(node) else { return true }
            probers[node] = prober
            return false
        }
        if isLate { try await stop(prober) }
    }

    private func stopProbing() async throws {
        let stopped = probers.withLockedValue { probers in
            defer { probers = [:] }
            return Array(probers.values)
        }
        for prober in stopped { try await stop(prober) }
    }

    private func stop(_ prober: NIOLoopBound<HealthProber>) async throws {
        try await prober.eventLoop.submit { prober.value.stop() }.get()
    }

    // MARK: Changes

    /// What goes through it to a node now.
    func load(of node: NodeID) async throws -> NodeLoad {
        var load = NodeLoad()
        for loop in group.makeIterator() {
            let part = try await loop.submit { [core] in core.worker(of: loop)?.load(of: node) ?? NodeLoad() }.get()
            load.tunnels += part.tunnels
            load.requests += part.requests
            load.given &+= part.given
        }
        return load
    }

    func add(_ node: ProxyNode) async throws { try await startProbing(try core.add(node)) }

    func remove(_ name: String) async throws {
        let id = try core.remove(name)
        if let prober = probers.withLockedValue({ $0.removeValue(forKey: id) }) { try await stop(prober) }
    }

    func reload(_ behavior: Behavior) async throws {
        let old = core.snapshot.behavior.health.probe
        let snapshot = core.reload(behavior)
        // Whoever asks after this meets the new one.
        try await core.onEveryWorker(of: group) { $0.reload(snapshot) }.get()
        if behavior.health.probe == old { return }
        try await stopProbing()
        try await startProbing()
    }

    // MARK: The end

    /// Tells when it has no client and no tunnel.
    func whenEmpty() -> [EventLoopFuture<Void>] {
        Array(group.makeIterator()).map { loop in
            loop.flatSubmit { [core] in core.worker(of: loop)?.whenEmpty() ?? loop.makeSucceededVoidFuture() }
        }
    }

    /// Ends every connection and returns when they are gone.
    func shutdown() async throws {
        try await stopProbing()
        for loop in group.makeIterator() {
            try await loop.flatSubmit { [core] in
                core.worker(of: loop)?.shutdown() ?? loop.makeSucceededVoidFuture()
            }.get()
        }
    }
}
