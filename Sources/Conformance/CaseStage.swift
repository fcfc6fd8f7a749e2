import Clocks
public import Fleet
public import History
public import Lab
import Verdicts

/// Where a pass of a workload plays, in front of the balancer or straight in front of a node as its control, and all that
/// a workload may use.
public struct CaseStage: Sendable {
    private let bench: TestBench
    /// The node the control goes to; nil for the pass through the balancer.
    public let controlNode: NodeRemote?

    init(bench: TestBench, controlNode: NodeRemote? = nil) {
        self.bench = bench
        self.controlNode = controlNode
    }

    /// What holds for the whole run.
    public var facts: BenchFacts { bench.facts }

    /// The nodes, in order.
    public var nodes: [NodeRemote] { bench.nodes }

    /// The node of this id.
    public func node(_ id: String) -> NodeRemote? { bench.node(id) }

    /// A new client of this pass.
    public func client(_ name: String = "c") -> VirtualClient {
        if let controlNode { return bench.directClient("control-\(name)", to: controlNode) }
        return bench.client(name)
    }

    /// A new client of this pass that knows the balancer by this name.
    public func client(_ name: String = "c", host: String) -> VirtualClient {
        controlNode == nil ? bench.client(name, host: host) : client(name)
    }

    /// A new client of the balancer with a jar of its own and the address of another one, as behind one proxy.
    public func client(_ name: String = "c", besides other: VirtualClient) -> VirtualClient {
        bench.client(name, besides: other)
    }

    /// The browser of another client with the cookies that it holds now, from another address.
    public func client(_ name: String = "c", roamingFrom other: VirtualClient) -> VirtualClient {
        bench.client(name, continuing: other)
    }

    /// The browser of another client with the cookies that it holds now, at another instance of the balancer.
    public func client(
        _ name: String = "c", of other: VirtualClient, at twin: VirtualClient.Target
    ) -> VirtualClient { bench.client(name, continuing: other, at: twin) }

    /// A new client of another balancer before or beside this one.
    public func client(_ name: String = "c", at target: VirtualClient.Target) -> VirtualClient {
        bench.client(name, at: target)
    }

    /// A new client that goes straight to a node, past the balancer.
    public func directClient(_ name: String = "d", to node: NodeRemote) -> VirtualClient {
        bench.directClient(name, to: node)
    }

    /// Whether each client has a source address of its own; without it a balancer that goes by address takes all of
    /// them for one.
    public var clientsHaveOwnAddresses: Bool { bench.hasOwnSources }

    /// Puts a node into a fault; returns once it is in force. What is not healed by then is healed after the workload.
    public func inject(_ fault: NodeFault, on node: NodeRemote) async throws { try await bench.inject(fault, on: node) }

    /// Ends a fault; returns once the node is as it was.
    public func heal(_ fault: NodeFault, on node: NodeRemote) async throws { try await bench.heal(fault, on: node) }

    /// Does this to the balancer; returns when it is in force.
    public func perform(_ operation: BalancerOperation) async throws { try await bench.perform(operation) }

    /// By what rule nodes join and leave once ``BalancerOperation/scale`` is performed; nil where they can't.
    public var scalingRule: ScalingFacts? { bench.scalingRule }

    /// Starts another instance of the balancer with the same configuration; tells where that one's clients go.
    public func startTwin() async throws -> VirtualClient.Target { try await bench.startTwin() }

    /// Starts another balancer whose nodes are two instances of this one; tells where that one's clients go.
    public func startLayer() async throws -> VirtualClient.Target { try await bench.startLayer() }

    /// Whether further nodes can be started: not where those of the balancer are others'.
    public var ownsNodes: Bool { bench.ownsNodes }

    /// Starts one more node, of which the balancer does not know yet.
    public func startSpare() async throws -> NodeRemote { try await bench.startSpare() }

    /// Waits this long, for workloads that say "after so long"; ends early when the case is cut off.
    public func pause(_ duration: Duration) async throws { try await bench.pause(duration) }

    /// Waits until what clients and nodes have recorded meets a condition, such as that a request is being executed.
    ///
    /// - Returns: whether it did within `limit`.
    public func awaitExecutions(
        within limit: Duration, until isMet: (HistoryView) -> Bool
    ) async throws -> Bool {
        let deadline = MonotonicClock.now + limit
        while true {
            try await bench.collectNodeLogs()
            if isMet(bench.recorder.history.view) { return true }
            if MonotonicClock.now >= deadline { return false }
            // The pace of the question; nodes don't tell by themselves.
            try await pause(.milliseconds(50))
        }
    }
}
