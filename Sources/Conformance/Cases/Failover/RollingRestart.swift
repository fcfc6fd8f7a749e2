import Claims
import Clocks
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `failover/rolling-restart`
    static let failoverRollingRestart = ConformanceCase(
        CaseDescription(
            id: "failover/rolling-restart", title: "Clients get over a restart of all nodes, one after the other",
            features: [.killFailover, .recovery],
            proves:
                "Each node in turn is killed and, when the clients are served elsewhere, started again, as in a "
                + "deployment; the next one is killed when it is used again. Each time each client is served within 15 s, or "
                + "what follows from the manifest, however often it was moved before.",
            findings: [.rollingRestartUnserved], schedule: .alone(seconds: 5), awaits: "three short outages"),
        workload: { stage in
            let clients = (0..<clientCount).map { _ in stage.client() }
            _ = await forAll(clients) { await $0.request("GET", "/whoami", RequestPlan(label: before)) }
            let limit = FaultLimit(.killed, claims: stage.facts.faultClaims).duration
            for (number, node) in stage.nodes.enumerated() {
                try await stage.inject(.kill, on: node)
                let deadline = MonotonicClock.now + limit
                let served = await forAll(clients) { client in
                    await Retries.run(by: client, label: outage(number), until: deadline) { $0.nodeID != nil }
                }
                try await stage.pause(start)
                try await stage.heal(.kill, on: node)
                // Who is not served now, is not to be looked for again.
                guard served.allSatisfy({ $0 }) else { return }
                await NewNodes.await([node], on: stage)
            }
        },
        judge: judgeOutages)
}

private let clientCount = 15
/// How long a node takes to start; checks that come four times a second see it down.
private let start = Duration.milliseconds(900)
private let before = RequestLabel("before-restarts")

private func outage(_ number: Int) -> RequestLabel { RequestLabel("during-restart-\(number + 1)") }

private func judgeOutages(_ history: HistoryView) -> Judgement {
    guard history.exchanges.contains(where: { $0.sent.label == before && $0.response?.nodeID != nil }) else {
        return Judgement(observations: 0, doubt: "no client was served before the first node was killed")
    }
    let count = history.nodeCount
    var judgement = Judgement.joining(
        (0..<count).map { number in
            history.served(
                outage(number), as: .rollingRestartUnserved, "when node \(number + 1) of \(count) was restarted")
        })
    judgement.findings = Array(judgement.findings.prefix(StickinessChecker.findingLimit))
    return judgement
}

extension FindingCode {
    /// A client was not served while nodes were restarted one after the other.
    static let rollingRestartUnserved = FindingCode("rolling-restart-unserved", .failover)
}
