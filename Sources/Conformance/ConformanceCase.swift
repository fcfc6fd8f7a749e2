import Fleet
import History
import Lab
import Verdicts

/// A conformance case whole: what it states, what its clients do, and what is concluded from the history.
public struct ConformanceCase: Sendable {
    /// Does what the clients do; throws only when the bench itself fails.
    public typealias Workload = @Sendable (CaseStage) async throws -> Void
    /// Concludes from the history of one pass of the workload.
    public typealias Judge = @Sendable (RunHistory) -> Judgement

    /// What it states.
    public var description: CaseDescription
    /// What its clients do.
    public var workload: Workload
    /// What is concluded.
    public var judge: Judge

    /// A case.
    public init(_ description: CaseDescription, workload: @escaping Workload, judge: @escaping Judge) {
        self.description = description
        self.workload = workload
        self.judge = judge
    }
}

/// Where a pass of a workload plays: in front of the balancer, or straight in front of a node as its control.
public struct CaseStage: Sendable {
    /// The bench.
    public var bench: TestBench
    /// The node the control goes to; nil for the pass through the balancer.
    public var controlNode: NodeRemote?

    /// A new client of this pass.
    public func client(_ name: String = "c") -> VirtualClient {
        if let controlNode { return bench.directClient("control-\(name)", to: controlNode) }
        return bench.client(name)
    }

    /// A new client of this pass that knows the balancer by this name.
    public func client(_ name: String = "c", host: String) -> VirtualClient {
        controlNode == nil ? bench.client(name, host: host) : client(name)
    }
}
