import Fleet
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
        workload: { stage in _ = await PollingSessions.open(sessionCount, on: stage) },
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
            for (node, count) in counts where count == 0 && judgement.observations >= sessionCount / 2 {
                judgement.findings.append(
                    Finding(
                        .nodeUnused, "none of \(judgement.observations) new sessions went to \(node)",
                        evidence: [spread]))
            }
            return judgement
        })
}

private let sessionCount = 60
