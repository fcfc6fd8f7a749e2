import Claims
import History
import Verdicts

extension ConformanceCase {
    /// `drain/new-clients-elsewhere`
    static let drainNewClientsElsewhere = ConformanceCase(
        CaseDescription(
            id: "drain/new-clients-elsewhere", title: "A node that drains gets no new clients",
            features: [.distribution],
            proves: "After a node was drained, none of \(DrainScene.freshCount) new clients gets to it, and each gets "
                + "to another one.",
            findings: [.drainedNodeUsed, .sessionNotOpened], schedule: .alone(seconds: 2), verbs: [.drain]),
        workload: { stage in try await DrainScene.play(stage) },
        judge: judgeFreshClients)
}

private func judgeFreshClients(_ history: HistoryView) -> Judgement {
    guard let drain = history.operations(.drain).first, let node = drain.nodeID, let done = drain.done else {
        return Judgement(observations: 0, doubt: DrainScene.noVictim)
    }
    let labels = history.sessionLabels
    let openings = history.exchanges.filter {
        $0.sent.label == .pollOpen && $0.sentAt >= done
            && labels[$0.sent.session ?? ""] == DrainScene.fresh && $0.endedAt != nil
    }
    var judgement = Judgement(observations: openings.count)
    let opened = Set(history.sessions.map(\.opened.session))
    let strays = openings.filter { $0.response?.nodeID == node }
    if !strays.isEmpty {
        judgement.findings.append(
            Finding(
                .drainedNodeUsed, "\(strays.count) of \(openings.count) new clients got to \(node), which was drained",
                evidence: strays.prefix(2).map(history.evidence)))
    }
    for refused in openings.filter({ !opened.contains($0.sent.session ?? "") }).prefix(StickinessChecker.findingLimit) {
        judgement.findings.append(
            Finding(
                .sessionNotOpened, "session \(refused.sent.session ?? "?") did not open while \(node) was drained",
                evidence: [history.evidence(refused)], deadline: refused.missedDeadline))
    }
    return judgement
}

extension FindingCode {
    /// A node that drains got new clients.
    static let drainedNodeUsed = FindingCode("drained-node-used", .drain)
}
