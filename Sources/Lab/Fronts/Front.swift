import Claims
import Fleet
import History
import StickyProxy

/// What stands before the nodes of a site and is under test.
protocol Front: Sendable {
    /// Where virtual clients go.
    var target: VirtualClient.Target { get }
    /// The version in its own words, if it was asked.
    var version: String? { get }
    /// What it says on its standard error and in its log, if that is ours to read.
    var output: String? { get }
    /// What it wrote since the last call and how it ended, as events.
    func takeEvents() -> [HistoryEvent]
    /// Does this to it; returns when it is in force.
    func perform(_ operation: BalancerOperation) async throws(LabError)
    /// Starts another instance of it with the same configuration; tells where that one's clients go.
    func startTwin() async throws(LabError) -> VirtualClient.Target
    /// Starts another balancer whose nodes are two instances of this one; tells where that one's clients go.
    func startLayer() async throws(LabError) -> VirtualClient.Target
    /// By what rule nodes join and leave with the load, where it counts what each has; nil where it doesn't.
    var scaling: ScalingRules? { get }
    /// What each node has now, and had so far.
    func traffic() async throws(LabError) -> [NodeTraffic]
    /// Ends it, if it was started here.
    func stop() async
}

/// How a front is had for nodes that are up.
struct FrontPlace: Sendable {
    /// The nodes, in order.
    var nodes: [NodeRemote]
    /// Whether each lives, now and after each change.
    var lives: [AsyncStream<Bool>] = []
    /// Address for it to listen on, all its own.
    var host: String
    /// Factor on its idle limits.
    var timeScale: Double
    /// Loops of the run.
    var loops: BenchLoops
}

extension Front {
    func perform(_ operation: BalancerOperation) async throws(LabError) { throw .verbUnknown(operation.verb.rawValue) }

    func startTwin() async throws(LabError) -> VirtualClient.Target { throw .verbUnknown(Verb.twin.rawValue) }

    func startLayer() async throws(LabError) -> VirtualClient.Target { throw .verbUnknown(Verb.layer.rawValue) }

    var scaling: ScalingRules? { nil }

    func traffic() async throws(LabError) -> [NodeTraffic] { throw .verbUnknown(Verb.scale.rawValue) }
}
