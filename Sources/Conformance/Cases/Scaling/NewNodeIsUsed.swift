import Claims
import Clocks
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `scaling/new-node-is-used`
    static let scalingNewNodeIsUsed = ConformanceCase(
        CaseDescription(
            id: "scaling/new-node-is-used", title: "A node that is added gets new sessions",
            features: [.distribution],
            proves:
                "After a node was added while the balancer runs, one of the sessions that new clients go on opening "
                + "lands on it within 20 s, or the time that the manifest states for a node that returns.",
            findings: [.addedNodeUnused], schedule: .alone(seconds: 1), verbs: [.add],
            awaits: "an added node to be used"),
        workload: { stage in
            let spare = try await stage.startSpare()
            try await stage.perform(.add(spare))
            await NewNodes.await([spare], on: stage)
        },
        judge: { history in
            guard let addition = history.operations(.add).first, let node = addition.nodeID, let done = addition.done
            else { return Judgement(observations: 0) }
            let limit = history.limit(.returned)
            let inTime = done...(done + limit.duration)
            let after = history.exchanges.filter {
                $0.sent.label == RequestLabel.pollOpen && inTime.contains($0.sentAt)
            }
            var judgement = Judgement(observations: after.count)
            if !after.contains(where: { $0.response?.nodeID == node }) {
                judgement.findings.append(
                    Finding(
                        .addedNodeUnused,
                        "none of \(after.count) sessions landed on \(node) \(limit.words) of its being added",
                        evidence: after.suffix(2).map(history.evidence), deadline: inTime))
            }
            return judgement
        })
}

extension FindingCode {
    /// A node that was added got no session in time.
    static let addedNodeUnused = FindingCode("added-node-unused", .scaling)
}
