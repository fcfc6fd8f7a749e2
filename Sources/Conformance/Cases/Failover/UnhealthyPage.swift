import Claims
import Clocks
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `failover/unhealthy-page`
    ///
    /// As a node tells that is about to leave, or that has lost its database: it still answers, and asks to be left alone.
    static let failoverUnhealthyPage = ConformanceCase(
        CaseDescription(
            id: "failover/unhealthy-page", title: "A node that says that it is ill gets no new clients",
            features: [.activeHealthCheck],
            proves:
                "When a node answers checks of /health with 503 and all else as before, then within 12 s, or what the "
                + "manifest states of a hung node, \(Newcomers.perNode) new clients in a row for each node are served by "
                + "other nodes, and the node's own clients are served throughout.",
            findings: [.illNodeUsed, .illNodeUnserved], schedule: .alone(seconds: 2),
            awaits: "an ill node to be noticed"),
        workload: { stage in
            let clients = (0..<12).map { _ in stage.client() }
            let nodes = await forAll(clients) { await $0.request("GET", "/whoami", RequestPlan(label: before)).nodeID }
            let served = Dictionary(grouping: zip(clients, nodes).filter { $0.1 != nil }) { $0.1 ?? "" }
            let ranked = served.sorted { ($0.value.count, $1.key) > ($1.value.count, $0.key) }
            guard ranked.count > 1, let victim = stage.node(ranked[0].key) else { return }
            try await stage.inject(.unhealthy, on: victim)
            let deadline = MonotonicClock.now + FaultLimit(.hung, claims: stage.facts.faultClaims).duration
            let own = ranked[0].value.map(\.0)
            var (isLast, isAvoided) = (false, false)
            while !isLast, !isAvoided {
                isLast = MonotonicClock.now >= deadline
                await ask(own)
                isAvoided = await newcomersAvoid(victim, stage)
                // The pace of new clients; there is no event to wait for.
                if !isAvoided { try await stage.pause(.milliseconds(200)) }
            }
            // When the balancer has noticed for sure.
            await ask(own)
        },
        judge: judgeIllness)
}

private let before = RequestLabel("before-illness")
private let owned = RequestLabel("of-ill-node")
private let newcomer = RequestLabel("new-beside-ill-node")

/// The ill node's own clients ask for something.
private func ask(_ clients: [VirtualClient]) async {
    _ = await forAll(clients) { await $0.request("GET", "/whoami", RequestPlan(label: owned)) }
}

/// Whether new clients are all served by other nodes.
private func newcomersAvoid(_ node: NodeRemote, _ stage: CaseStage) async -> Bool {
    await Newcomers.all(on: stage, label: newcomer) { $0 != node.nodeID }
}

private func judgeIllness(_ history: HistoryView) -> Judgement {
    guard let fault = history.fault(.unhealthy) else {
        return Judgement(
            observations: 0, doubt: "the clients were not served by two nodes, so there was no victim to choose")
    }
    var judgement = history.judgeNewcomers(
        newcomer, since: fault.time, as: .illNodeUsed, "after \(fault.nodeID) began to answer checks with 503",
        are: "served by others", isServed: { $0 != fault.nodeID })
    for request in history.exchanges where request.sent.label == owned && request.endedAt != nil {
        judgement.observations += 1
        if request.response?.nodeID != nil { continue }
        judgement.findings.append(
            Finding(
                .illNodeUnserved,
                "a client of \(fault.nodeID), which answered checks with 503 and all else as before, was not served",
                evidence: [history.evidence(request)], deadline: request.missedDeadline))
    }
    judgement.findings = Array(judgement.findings.prefix(StickinessChecker.findingLimit))
    return judgement
}

extension FindingCode {
    /// New clients were still led to a node that says that it is ill.
    static let illNodeUsed = FindingCode("ill-node-used", .healthView)
    /// A client was not served since its node said that it is ill.
    static let illNodeUnserved = FindingCode("ill-node-unserved", .failover)
}
