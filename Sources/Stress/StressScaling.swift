import Lab
import StressResults
import Synchronization
import Verdicts

/// Nodes that join and leave with the load of a run, and clients that are told which nodes leave.
struct StressScaling: Sendable {
    /// The rule's times are this much shorter than documented: a measurement each second.
    static let speed = 60

    private let site: TalkingSite
    private let scaler: NodeScaler

    /// Nil where nothing of ours stands before the nodes that could tell what each has.
    init?(of site: StressSite, fleet: StressFleet) {
        guard case .bench(let bench) = site, let rules = bench.scaling(speed: Self.speed) else { return nil }
        self.site = TalkingSite(bench, fleet)
        scaler = NodeScaler(rules, on: self.site, nodes: bench.nodes)
    }

    /// Follows the load until the task is cancelled.
    func run() async { await scaler.run() }

    /// What became of the nodes so far.
    var tally: ScalingTally { scaler.tally }
    /// What could not be done.
    var problem: LabError? { scaler.problem }

    /// What it came to.
    var outcome: FollowedLoad {
        let tally = tally
        let now = tally.nodes.count
        return FollowedLoad(
            atFirst: now - tally.joined + tally.left, most: tally.most, atEnd: now, joined: tally.joined,
            left: tally.left, endedSessions: site.endedSessions, speed: Self.speed)
    }
}

/// A site whose clients hear of a node that is taken out.
private final class TalkingSite: ScaledSite {
    private let site: BenchSite
    private let fleet: StressFleet
    private let ended = Mutex(0)

    init(_ site: BenchSite, _ fleet: StressFleet) { (self.site, self.fleet) = (site, fleet) }

    /// Sessions that were open on nodes when these were taken out.
    var endedSessions: Int { ended.withLock { $0 } }

    func traffic() async throws(LabError) -> [NodeTraffic] { try await site.traffic() }

    func startSpare() async throws(LabError) -> NodeRemote { try await site.startSpare().node }

    func perform(_ operation: BalancerOperation) async throws(LabError) {
        if case .remove(let node) = operation {
            let open = await fleet.openSessions(at: node.nodeID)
            ended.withLock { $0 += open }
            // Its draining is over: whom it still has, it may lose.
            await fleet.outageBegins(node.nodeID, .endsSessions)
        }
        try await site.perform(operation)
    }

    func endSpare(_ node: NodeRemote) async throws(LabError) {
        await site.endSpare(node)
        await fleet.outageEnds(node.nodeID)
    }
}
