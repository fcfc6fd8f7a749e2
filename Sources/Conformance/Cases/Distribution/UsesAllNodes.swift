import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `distribution/uses-all-nodes`
    static let distributionUsesAllNodes = ConformanceCase(
        CaseDescription(
            id: "distribution/uses-all-nodes", title: "New sessions are spread over all nodes",
            features: [.distribution],
            proves: "Of 60 new clients, each with an address and a jar of its own, every node gets some. A node with a "
                + "fair third stays empty by chance in less than 1 run of 10 billion, one with a fifth of the traffic "
                + "in less than 2 of a million.",
            findings: [.nodeUnused, .sessionNotOpened]),
        workload: { stage in
            if !stage.clientsHaveOwnAddresses {
                stage.client("source").record(
                    .scriptStep(ScriptStep(session: "", step: oneSource, outcome: "ok", milliseconds: 0)))
            }
            // With more than three nodes as many more, so that chance leaves none of them empty.
            let count = max(sessionCount, 20 * stage.nodes.count)
            _ = await PollingSessions.open(count, on: stage)
        },
        judge: { history in
            var counts: [String: Int] = [:]
            for event in history.events {
                if case .node(let id) = event.actor, case .nodeStarted = event.kind { counts[id] = 0 }
            }
            var judgement = OpenedSessionsChecker(least: sessionCount).judge(history)
            judgement.doubt = nil
            for session in history.sessions {
                guard let node = session.opened.nodeID else { continue }
                counts[node, default: 0] += 1
                judgement.observations += 1
            }
            let spread = counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            let hasOneSource = history.events.contains {
                if case .scriptStep(let step) = $0.kind { return step.step == oneSource }
                return false
            }
            if hasOneSource, counts.values.count(where: { $0 > 0 }) == 1 {
                judgement.doubt = "all clients come from one address, so a balancer that goes by it uses one node"
                return judgement
            }
            for (node, count) in counts.sorted(by: { $0.key < $1.key })
            where count == 0 && judgement.observations >= sessionCount / 2 {
                judgement.findings.append(
                    Finding(
                        .nodeUnused, "none of \(judgement.observations) new sessions went to \(node)",
                        evidence: [Evidence(spread)]))
            }
            return judgement
        })
}

private let sessionCount = 60
/// Recorded where the target is not on the loopback network, and clients have no addresses of their own.
private let oneSource = "one-source-address"

extension FindingCode {
    /// A node got no new session.
    static let nodeUnused = FindingCode("node-unused", .distribution)
}
