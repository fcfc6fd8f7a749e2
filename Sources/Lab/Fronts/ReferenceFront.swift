import Claims
import Fleet
import History
import Logging
import StickyProxy
import Synchronization
import Wire

/// The reference proxy, in this process.
final class ReferenceFront: Front {
    let target: VirtualClient.Target
    private let configuration: ProxyConfiguration
    private let shortages: Shortages
    /// Nil while it is stopped.
    private let proxy: Mutex<ProxyServer?>
    private let nodes: Mutex<[ProxyNode]>
    /// Those that serve beside it.
    private let twins = Mutex<[ProxyServer]>([])

    /// Starts one with this behavior and these defects, as so many instances; and one for WebSockets, where these have
    /// one of their own.
    init(
        _ behavior: Behavior, defects: [any Defect], instances: Int, webSockets: Behavior? = nil, at place: FrontPlace
    ) async throws(LabError) {
        let behavior = behavior.scaled(by: place.timeScale)
        let shortages = Shortages()
        let nodes = place.nodes.map { ProxyNode(id: $0.nodeID, endpoint: $0.listen) }
        var configuration = ProxyConfiguration(
            listen: Endpoint(host: place.host, port: 0), nodes: nodes, behavior: behavior,
            defects: defects, group: place.loops.proxy,
            logger: Logger(label: "stickler.proxy") { _ in SwiftLogNoOpLogHandler() },
            onShortage: { shortages.add($0) })
        configuration.instances = instances
        let proxy: ProxyServer
        do {
            proxy = try await ProxyServer.start(configuration)
        } catch {
            throw .notStarted("the reference proxy could not be started: \(systemWords(error))")
        }
        var target = VirtualClient.Target(endpoint: proxy.listen, paths: AppPaths())
        configuration.listen = proxy.listen
        self.configuration = configuration
        self.shortages = shortages
        self.proxy = Mutex(proxy)
        self.nodes = Mutex(nodes)
        guard let webSockets else {
            self.target = target
            return
        }
        configuration.behavior = webSockets.scaled(by: place.timeScale)
        configuration.listen.port = 0
        do {
            let second = try await ProxyServer.start(configuration)
            twins.withLock { $0.append(second) }
            target.webSockets = VirtualClient.Target.Entrance(
                endpoint: second.listen, host: second.listen.description)
            self.target = target
        } catch {
            try? await proxy.shutdown()
            throw .notStarted("the reference proxy for WebSockets could not be started: \(systemWords(error))")
        }
    }

    var version: String? { nil }
    var output: String? { nil }
    func takeEvents() -> [HistoryEvent] { shortages.take() }

    func perform(_ operation: BalancerOperation) async throws(LabError) {
        do {
            guard let running = proxy.withLock({ $0 }) else {
                throw LabError.operationFailed(verb: operation.verb.rawValue, reason: "it is stopped")
            }
            switch operation {
            case .drain(let node): try running.drain(node.nodeID)
            case .undrain(let node): try running.undrain(node.nodeID)
            case .add(let node):
                let node = ProxyNode(id: node.nodeID, endpoint: node.listen)
                try await running.add(node)
                nodes.withLock { $0.append(node) }
            case .remove(let node):
                try await running.remove(node.nodeID)
                nodes.withLock { $0.removeAll { $0.id == node.nodeID } }
            case .reload: try await running.reload(configuration.behavior)
            case .restart:
                proxy.withLock { $0 = nil }
                try await running.leave(within: configuration.behavior.changes.leaving)
                var configuration = configuration
                configuration.nodes = nodes.withLock { $0 }
                let restarted = try await ProxyServer.start(configuration)
                proxy.withLock { $0 = restarted }
            // Who starts nodes and ends them follows the rule, and the proxy is told of each.
            case .scale: throw LabError.verbUnknown(Verb.scale.rawValue)
            }
        } catch {
            throw error as? LabError
                ?? .operationFailed(verb: operation.verb.rawValue, reason: systemWords(error))
        }
    }

    func startTwin() async throws(LabError) -> VirtualClient.Target {
        var configuration = configuration
        configuration.nodes = nodes.withLock { $0 }
        return try await start(configuration, .twin)
    }

    func startLayer() async throws(LabError) -> VirtualClient.Target {
        let lower = [target, try await startTwin()]
        var configuration = configuration
        configuration.nodes = lower.enumerated().map { ProxyNode(id: "lower\($0 + 1)", endpoint: $1.endpoint) }
        // Two layers whose cookies had one name would overwrite each other's.
        if let name = configuration.behavior.affinity.cookie?.name {
            configuration.behavior.affinity.cookie?.name = "upper-\(name)"
        }
        return try await start(configuration, .layer)
    }

    /// Starts another proxy on a port of its own.
    private func start(
        _ configuration: ProxyConfiguration, _ verb: Verb
    ) async throws(LabError) -> VirtualClient.Target {
        var configuration = configuration
        configuration.listen.port = 0
        do {
            let proxy = try await ProxyServer.start(configuration)
            twins.withLock { $0.append(proxy) }
            var target = target
            target.endpoint = proxy.listen
            return target
        } catch {
            throw .operationFailed(verb: verb.rawValue, reason: systemWords(error))
        }
    }

    var scaling: ScalingRules? { configuration.behavior.scaling }

    func traffic() async throws(LabError) -> [NodeTraffic] {
        guard let running = proxy.withLock({ $0 }) else {
            throw .operationFailed(verb: Verb.scale.rawValue, reason: "it is stopped")
        }
        do {
            return try await running.nodes().map(NodeTraffic.init)
        } catch {
            throw .operationFailed(verb: Verb.scale.rawValue, reason: systemWords(error))
        }
    }

    func stop() async {
        // Upper layers first: their connections end by themselves then.
        for twin in twins.withLock({ $0.reversed() }) { try? await twin.shutdown() }
        // What can't be stopped in order dies with the process; the verdicts are in by now.
        try? await proxy.withLock { $0 }?.shutdown()
    }
}

extension Behavior {
    /// The same with its idle limits multiplied.
    fileprivate func scaled(by factor: Double) -> Behavior {
        var behavior = self
        behavior.limits.scaleIdle(by: factor)
        return behavior
    }
}

/// What the proxy was short of since it was last asked, one a second at most.
final class Shortages: Sendable {
    private let events = Mutex<[HistoryEvent]>([])

    func add(_ detail: String) {
        let event = HistoryEvent(actor: .lab, kind: .shortage(Shortage(detail: detail)))
        events.withLock { $0.append(event) }
    }

    func take() -> [HistoryEvent] {
        events.withLock { events in
            defer { events = [] }
            return events
        }
    }
}
