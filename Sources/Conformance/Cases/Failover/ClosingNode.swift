import Clocks
import Claims
import Fleet
import History
import Lab
import SockJS
import Verdicts

extension ConformanceCase {
    /// `failover/closing-node`
    ///
    /// As a node without free descriptors does, or one that a supervisor starts again and again: its port is open, and
    /// a check that only connects takes it for healthy.
    static let failoverClosingNode = ConformanceCase(
        CaseDescription(
            id: "failover/closing-node", title: "A node that closes every connection is left alone",
            features: [.killFailover, .activeHealthCheck],
            proves:
                "When a node accepts connections and closes them before a byte, a request of each of its clients that "
                + "is sent within 12 s, or what the manifest states of a hung node, is answered by another one, and "
                + "within that time all of \(Newcomers.perNode) new clients in a row for each node are served.",
            findings: [.closingNodeKept], schedule: .alone(seconds: 2), awaits: "a closing node to be noticed"),
        workload: { stage in
            let clients = (0..<clientCount).map { _ in stage.client() }
            let nodes = await forAll(clients) { await $0.request("GET", "/whoami", RequestPlan(label: before)).nodeID }
            let served = Dictionary(grouping: zip(clients, nodes).filter { $0.1 != nil }) { $0.1 ?? "" }
            let ranked = served.sorted { ($0.value.count, $1.key) > ($1.value.count, $0.key) }
            guard ranked.count > 1, let victim = stage.node(ranked[0].key) else { return }
            try await stage.inject(.closeConnections, on: victim)
            let limit = FaultLimit(.hung, claims: stage.facts.faultClaims).duration
            let deadline = MonotonicClock.now + limit
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
        judge: judgeClosing)
}

private let before = RequestLabel("before-closing")
private let owned = RequestLabel("of-closing-node")
private let newcomer = RequestLabel("new-beside-closing-node")
private let clientCount = 12

private func judgeClosing(_ history: HistoryView) -> Judgement {
    guard let fault = history.fault(.closeConnections) else {
        return Judgement(
            observations: 0, doubt: "the clients were not served by two nodes, so there was no victim to choose")
    }
    let what = "after \(fault.nodeID) began to close every connection"
    var judgement = history.judgeOwned(owned, since: fault, as: .closingNodeKept, what)
    let new = history.judgeNewcomers(newcomer, since: fault.time, as: .closingNodeKept, what, are: "served")
    judgement.observations += new.observations
    judgement.doubt = new.doubt
    // One cause is told once.
    if judgement.findings.isEmpty { judgement.findings = new.findings }
    return judgement
}

extension FindingCode {
    /// Requests were still sent to a node that closes every connection.
    static let closingNodeKept = FindingCode("closing-node-kept", .healthView)
}
