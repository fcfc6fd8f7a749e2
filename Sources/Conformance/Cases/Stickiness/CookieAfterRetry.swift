import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `stickiness/cookie-after-retry`
    static let stickinessCookieAfterRetry = ConformanceCase(
        CaseDescription(
            id: "stickiness/cookie-after-retry",
            title: "Clients keep to the node that answers, not the one tried first",
            features: [.killFailover, .clientAffinity],
            proves:
                "\(clientCount) new clients come when a node has just died, so that the first try for some of them is in "
                + "vain: each keeps to the node that answered it.",
            findings: [.retryMovesClient], schedule: .alone(seconds: 1), scopes: [.client, .address]),
        workload: { stage in
            let scouts = await forAll((0..<9).map { _ in stage.client("scout") }) { client in
                await client.request("GET", "/whoami", RequestPlan(label: before)).nodeID
            }
            let served = Dictionary(grouping: scouts.compactMap { $0 }) { $0 }
            let ranked = served.sorted { ($0.value.count, $1.key) > ($1.value.count, $0.key) }
            guard ranked.count > 1, let victim = stage.node(ranked[0].key) else { return }
            try await stage.inject(.kill, on: victim)
            _ = await forAll((0..<clientCount).map { _ in stage.client("late") }) { client in
                for label in [first, again, again, again, again] {
                    await client.request("GET", "/whoami", RequestPlan(label: label))
                }
            }
        },
        judge: judgeRetries)
}

/// Some of them meet the dead node first, whichever way nodes are chosen.
private let clientCount = 24
private let before = RequestLabel("before-kill")
private let first = RequestLabel("first-when-dead")
private let again = RequestLabel("again-when-dead")

private func judgeRetries(_ history: HistoryView) -> Judgement {
    guard history.fault(.kill) != nil else {
        return Judgement(
            observations: 0, doubt: "the clients were not served by two nodes, so there was no victim to choose")
    }
    var judgement = Judgement(observations: 0)
    for (client, asked) in Dictionary(grouping: history.exchanges, by: \.client).sorted(by: { $0.key < $1.key }) {
        guard let one = asked.first(where: { $0.sent.label == first }), let owner = one.response?.nodeID else {
            continue
        }
        // Whether they are served at all, other cases ask.
        let later = asked.filter { $0.sent.label == again && $0.response?.nodeID != nil }
        judgement.observations += later.count
        guard let stray = later.first(where: { $0.response?.nodeID != owner }) else { continue }
        judgement.findings.append(
            Finding(
                .retryMovesClient,
                "client \(client) came when a node was dead and was answered by \(owner), and then by "
                    + "\(stray.response?.nodeID ?? "")",
                evidence: [history.evidence(one), history.evidence(stray)]))
    }
    judgement.findings = Array(judgement.findings.prefix(StickinessChecker.findingLimit))
    return judgement
}

extension FindingCode {
    /// A client that came when a node was dead was moved off the node that answered it.
    static let retryMovesClient = FindingCode("retry-moves-client", .affinityRetry, followsFrom: .affinityNone)
}
