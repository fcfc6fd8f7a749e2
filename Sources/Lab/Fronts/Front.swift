import Fleet
import History

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
