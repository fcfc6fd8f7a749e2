import Claims
import Clocks
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `failover/partition`
    ///
    /// As when a network splits, a host loses its power, or a firewall drops packets: nothing refuses a connect, and a
    /// balancer without a limit for it waits for minutes.
    static let failoverPartition = ConformanceCase(
        CaseDescription(
            id: "failover/partition", title: "Clients of a node that can't be reached go on elsewhere",
            features: [.killFailover, .activeHealthCheck],
            proves:
                "When connects to a node get no answer and nothing moves on its connections, a request of each of its "
                + "clients that is sent within 12 s, or what the manifest states of a hung node, is answered by another "
                + "one, and within that time all of \(Newcomers.perNode) new clients in a row for each node are served.",
            findings: [.partitionedNodeKept], schedule: .alone(seconds: 4), awaits: "a partition to be noticed"),
        workload: { stage in
            let clients = (0..<12).map { _ in stage.client() }
            let nodes = await forAll(clients) { await $0.request("GET", "/whoami", RequestPlan(label: before)).nodeID }
            let served = Dictionary(grouping: zip(clients, nodes).filter { $0.1 != nil }) { $0.1 ?? "" }
            let ranked = served.sorted { ($0.value.count, $1.key) > ($1.value.count, $0.key) }
            guard ranked.count > 1, let victim = stage.node(ranked[0].key) else { return }
            try await stage.inject(.partition, on: victim)
            let deadline = MonotonicClock.now + FaultLimit(.hung, claims: stage.facts.faultClaims).duration
            _ = await forAll(ranked[0].value.map(\.0)) { client in
                await Retries.run(by: client, label: owned, until: deadline) {
                    $0.nodeID.map { $0 != victim.nodeID } ?? false
                }
            }
            var isLast = false
            while !isLast {
                isLast = MonotonicClock.now >= deadline
                if await Newcomers.all(on: stage, label: newcomer) { return }
                // The pace of new clients; there is no event to wait for.
                try await stage.pause(.milliseconds(200))
            }
        },
        judge: judgePartition)
}

private let before = RequestLabel("before-partition")
private let owned = RequestLabel("of-partitioned-node")
private let newcomer = RequestLabel("new-beside-partition")

private func judgePartition(_ history: HistoryView) -> Judgement {
    guard let fault = history.fault(.partition) else {
        return Judgement(
            observations: 0, doubt: "the clients were not served by two nodes, so there was no victim to choose")
    }
    let what = "after connects to \(fault.nodeID) got no answer any more"
    var judgement = history.judgeOwned(owned, since: fault, as: .partitionedNodeKept, what)
    let new = history.judgeNewcomers(newcomer, since: fault.time, as: .partitionedNodeKept, what, are: "served")
    judgement.observations += new.observations
    judgement.doubt = new.doubt
    // One cause is told once.
    if judgement.findings.isEmpty { judgement.findings = new.findings }
    return judgement
}

extension FindingCode {
    /// Requests were still sent to a node to which no connection comes about.
    static let partitionedNodeKept = FindingCode("partitioned-node-kept", .healthView)
}
