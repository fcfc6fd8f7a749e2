import Clocks
package import Claims
package import Fleet
package import History
import NIOCore
import NIOPosix
import ReferenceNode
import StickyProxy
import Synchronization
import Wire

/// What one case works on: a site, a history of its own, and clients with names of their own.
package final class TestBench: Sendable {
    /// The site.
    package let site: BenchSite
    /// Seed of all randomness of the clients.
    package let seed: UInt64
    /// What holds for the whole run.
    package let facts: BenchFacts
    /// What happened.
    package let recorder: HistoryRecorder

    private let loopMonitor: LoopMonitor
    private let report: LoopMonitor.Report
    private let hangs: HangLog
    private let taskMonitor: TaskMonitor
    private let clients: CaseSeed
    private let prefix: String
    private let state: Mutex<State>

    private struct State {
        var clients = 0
        var logIndex: [String: Int]
        var faults: [(node: NodeRemote, fault: NodeFault)] = []
        /// Nodes that were started later, each with what watches its loop.
        var spares: [(node: NodeRemote, monitor: LoopMonitor)] = []
        /// What lets nodes join and leave with the load.
        var scaling: (scaler: NodeScaler, work: Task<Void, Never>)?
    }

    /// A bench for a case on this site.
    ///
    /// - Parameters:
    ///   - scope: what the balancer's affinity is said to keep together.
    ///   - faults: what is said of faults of nodes.
    package init(
        site: BenchSite, caseID: String, seed: UInt64, scope: AffinityScope? = nil, faults: FaultClaims? = nil
    ) async throws(LabError) {
        self.site = site
        self.seed = seed
        var logIndex: [String: Int] = [:]
        let recorder = HistoryRecorder(budget: site.loops.records)
        self.recorder = recorder
        for node in site.nodes { logIndex[node.nodeID] = try await Self.introduce(node, recorder) }
        facts = BenchFacts(
            host: site.front.host, pathPrefix: site.front.pathPrefix, isOwn: site.hasOwnNodes,
            timeScale: site.timeScale, scope: scope, isNamed: site.isNamed ? true : nil,
            hasWebSocketsApart: site.front.webSockets == nil ? nil : true, faultClaims: faults)
        recorder.record(.lab, .bench(facts))
        // Sessions are drawn from the names of their clients. Nodes that outlive the run may still hold those of the last
        // one, and their logs have grown since.
        let clients = CaseSeed(caseID, seed: seed)
        self.clients = clients
        self.prefix = clients.prefix + (site.hasOwnNodes ? "" : "x\(logIndex.values.reduce(0, +))")
        self.state = Mutex(State(logIndex: logIndex))
        let hangs = HangLog()
        self.hangs = hangs
        @Sendable func report(_ name: String, _ late: Duration) {
            // A node that hangs because it was told to is no stall of ours.
            guard !hangs.covers(name, now: .now, late: late) else { return }
            recorder.record(.lab, .stall(Stall(loop: name, milliseconds: late.wholeNanoseconds / 1_000_000)))
        }
        self.report = report
        self.loopMonitor = LoopMonitor(loops: site.namedLoops, report: report)
        self.taskMonitor = TaskMonitor(loop: site.loops.clients.next(), report: report)
    }

    /// Records the node as it stands now, for the checkers, and tells where its log ends.
    private static func introduce(_ node: NodeRemote, _ recorder: HistoryRecorder) async throws(LabError) -> Int {
        let status = try await node.status()
        try node.checkUnbroken(status)
        recorder.record(
            .node(node.nodeID), .nodeStarted(NodeStarted(bootID: status.bootID, listen: status.listen)))
        return try await node.logEnd()
    }

    /// The nodes that the balancer knew when it was started.
    package var nodes: [NodeRemote] { site.nodes }

    private var allNodes: [NodeRemote] { site.nodes + state.withLock { $0.spares.map(\.node) } }

    /// The node of this id.
    package func node(_ id: String) -> NodeRemote? { allNodes.first { $0.nodeID == id } }

    /// Starts one more node, of which the balancer does not know yet.
    package func startSpare() async throws(LabError) -> NodeRemote {
        let (node, loop) = try await site.startSpare()
        let end = try await Self.introduce(node, recorder)
        let monitor = LoopMonitor(loops: [(node.nodeID, loop)], report: report)
        state.withLock { state in
            state.spares.append((node, monitor))
            state.logIndex[node.nodeID] = end
        }
        return node
    }

    /// Does this to the balancer, and records when it was asked for and when it was in force.
    package func perform(_ operation: BalancerOperation) async throws(LabError) {
        if case .scale = operation { return try beginScaling() }
        let record = Operation(verb: operation.verb, nodeID: operation.node?.nodeID)
        recorder.record(.lab, .operationBegun(record))
        try await site.perform(operation)
        recorder.record(.lab, .operationDone(record))
    }

    private var scalingRules: ScalingRules? { site.scaling(speed: BenchTarget.scalingSpeed) }

    /// By what rule nodes join and leave once it is asked for; nil where they can't.
    package var scalingRule: ScalingFacts? { scalingRules.map(ScalingFacts.init) }

    /// From now on to the end nodes join and leave with the load, by the rule of the balancer's behavior.
    private func beginScaling() throws(LabError) {
        guard let rules = scalingRules else { throw .verbUnknown(Verb.scale.rawValue) }
        let record = Operation(verb: .scale, rule: ScalingFacts(rules))
        recorder.record(.lab, .operationBegun(record))
        let scaler = NodeScaler(rules, on: self, nodes: site.nodes)
        state.withLock { $0.scaling = $0.scaling ?? (scaler, Task { await scaler.run() }) }
        recorder.record(.lab, .operationDone(record))
    }

    private func endScaling() async throws(LabError) {
        // Taken out: it holds this bench.
        let taken = state.withLock { state in
            defer { state.scaling = nil }
            return state.scaling
        }
        guard let scaling = taken else { return }
        scaling.work.cancel()
        await scaling.work.value
        if let problem = scaling.scaler.problem { throw problem }
    }

    /// A new client of the balancer, with an address and a jar of its own.
    package func client(_ name: String = "c") -> VirtualClient { makeClient(name, target: site.front) }

    /// A new client of the balancer that knows it by this name.
    package func client(_ name: String = "c", host: String) -> VirtualClient {
        var target = site.front
        target.host = host
        return makeClient(name, target: target)
    }

    /// A new client of another balancer before or beside this one.
    package func client(_ name: String = "c", at target: VirtualClient.Target) -> VirtualClient {
        makeClient(name, target: target)
    }

    /// A new client with a jar of its own and the address of another one, as behind one proxy.
    package func client(_ name: String = "c", besides other: VirtualClient) -> VirtualClient {
        makeClient(name, target: site.front, source: .some(other.source))
    }

    /// The browser of another client, with the cookies that it holds now.
    ///
    /// - Parameter target: the instance of the balancer that it goes to from the address it had; nil for the same from an
    ///   address of its own.
    package func client(
        _ name: String, continuing other: VirtualClient, at target: VirtualClient.Target? = nil
    ) -> VirtualClient {
        let number = nextClientNumber()
        let source = target == nil ? site.clientSource(number, of: clients, to: other.target.endpoint) : other.source
        return VirtualClient(
            continuing: other, name: "\(prefix).\(name)\(number)", target: target ?? other.target, source: source)
    }

    /// Starts another instance of the balancer, and records when it was asked for and when it served.
    package func startTwin() async throws(LabError) -> VirtualClient.Target {
        recorder.record(.lab, .operationBegun(Operation(verb: .twin)))
        let target = try await site.startTwin()
        recorder.record(.lab, .operationDone(Operation(verb: .twin)))
        return target
    }

    /// Starts another balancer before two instances of this one, and records when it was asked for and when it served.
    package func startLayer() async throws(LabError) -> VirtualClient.Target {
        recorder.record(.lab, .operationBegun(Operation(verb: .layer)))
        let target = try await site.startLayer()
        recorder.record(.lab, .operationDone(Operation(verb: .layer)))
        return target
    }

    /// Whether further nodes can be started here.
    package var ownsNodes: Bool { site.ownsNodes }

    /// A new client that goes straight to a node, past the balancer: the control of a case.
    package func directClient(_ name: String = "d", to node: NodeRemote) -> VirtualClient {
        makeClient(name, target: VirtualClient.Target(endpoint: node.listen, paths: site.front.paths))
    }

    private func nextClientNumber() -> Int {
        state.withLock { state in
            state.clients += 1
            return state.clients
        }
    }

    private func makeClient(
        _ name: String, target: VirtualClient.Target, source given: String?? = nil
    ) -> VirtualClient {
        let number = nextClientNumber()
        return VirtualClient(
            name: "\(prefix).\(name)\(number)", target: target,
            source: given ?? site.clientSource(number, of: clients, to: target.endpoint), seed: seed,
            loop: site.loops.clients.next(), recorder: recorder)
    }

    /// Whether each client has a source address of its own; without it a balancer that goes by address takes all of
    /// them for one.
    package var hasOwnSources: Bool { site.clientSource(0, of: clients, to: site.front.endpoint) != nil }

    /// Marks the beginning of a stretch that checkers name.
    package func phase(_ name: String) { recorder.record(.lab, .phase(Phase(name: name))) }

    /// Puts a node into a fault and records the moment at which it was in force.
    package func inject(_ fault: NodeFault, on node: NodeRemote) async throws(LabError) {
        state.withLock { $0.faults.append((node, fault)) }
        let asked = HistoryTime.now
        if fault.kind.stopsLoop { hangs.begin(node.nodeID, at: asked) }
        try await node.inject(fault)
        // The earlier moment: from here on the fault may have been in force.
        recorder.record(.lab, .faultInjected(Fault(nodeID: node.nodeID, fault: fault.kind)), at: asked)
    }

    /// Ends a fault and records it.
    package func heal(_ fault: NodeFault, on node: NodeRemote) async throws(LabError) {
        try await node.heal(fault)
        if fault.kind.stopsLoop { hangs.end(node.nodeID, at: .now) }
        recorder.record(.lab, .faultHealed(Fault(nodeID: node.nodeID, fault: fault.kind)))
        state.withLock { $0.faults.removeAll { $0.node.nodeID == node.nodeID && $0.fault == fault } }
    }

    /// Moves what the nodes have logged since the last call into the history; each event once, whoever asks meanwhile.
    package func collectNodeLogs() async throws(LabError) {
        for node in allNodes {
            guard case .failure(let error) = await collectLog(of: node) else { continue }
            // It was ended meanwhile, and its log was collected then.
            guard allNodes.contains(where: { $0 === node }) else { continue }
            throw error
        }
    }

    private func collectLog(of node: NodeRemote) async -> Result<Void, LabError> {
        let since = state.withLock { $0.logIndex[node.nodeID] ?? 0 }
        do throws(LabError) {
            let (events, next) = try await node.log(since: since)
            state.withLock { state in
                // Another call has moved these in the meantime.
                guard state.logIndex[node.nodeID] ?? 0 == since else { return }
                state.logIndex[node.nodeID] = next
                for event in events { recorder.record(event) }
            }
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    /// Waits this long, for workloads that say "after so long"; ends early when the task is cancelled.
    package func pause(_ duration: Duration) async throws {
        try await MonotonicClock().sleep(for: duration)
    }

    /// Heals what is still broken, collects the logs and gives the whole history.
    ///
    /// Every node is tried before the first that can't be healed is reported.
    package func finish() async throws(LabError) -> RunHistory {
        try await endScaling()
        loopMonitor.stop()
        for spare in state.withLock({ $0.spares }) { spare.monitor.stop() }
        taskMonitor.stop()
        var problem: LabError?
        for (node, fault) in state.withLock({ $0.faults }).reversed() {
            do throws(LabError) {
                // An injection that failed may have left none, and a kill ends a hang.
                if try await node.status().faults.contains(fault.kind) { try await heal(fault, on: node) }
            } catch {
                problem = problem ?? error
            }
        }
        if let problem { throw problem }
        try await collectNodeLogs()
        for event in site.takeBalancerEvents() { recorder.record(event) }
        return recorder.history
    }
}

extension TestBench: ScaledSite {
    /// What the balancer counts of each node.
    package func traffic() async throws(LabError) -> [NodeTraffic] { try await site.traffic() }

    /// Ends a node that was started later, with its log in the history.
    package func endSpare(_ node: NodeRemote) async throws(LabError) {
        try await collectLog(of: node).get()
        state.withLock { state in
            for spare in state.spares where spare.node === node { spare.monitor.stop() }
            state.spares.removeAll { $0.node === node }
        }
        await site.endSpare(node)
    }
}
