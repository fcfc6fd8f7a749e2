import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `recovery/returned-node-is-used`
    static let recoveryReturnedNodeIsUsed = ConformanceCase(
        CaseDescription(
            id: "recovery/returned-node-is-used", title: "A node that returns gets new sessions",
            features: [.recovery],
            proves:
                "After a killed node is back, one of the sessions that new clients go on opening lands on it within "
                + "20 s.",
            findings: [.returnedNodeUnused], isDisruptive: true),
        workload: { stage in
            let bench = stage.bench
            let sessions = await PollingSessions.open(6, on: stage)
            guard let victim = sessions.lazy.compactMap({ $0.nodeID.flatMap(bench.node) }).first else { return }
            try await bench.inject(.kill, on: victim)
            let outageEnd = ContinuousClock.now + outage
            // Old and new clients, so that a balancer without active checks notices too.
            _ = await forAll(sessions) { await PollingSessions.exchange($0, number: 1) }
            repeat {
                _ = await PollingSessions.open(3, on: stage)
                try await bench.pause(.milliseconds(250))
            } while ContinuousClock.now < outageEnd
            try await bench.heal(.kill, on: victim)
            let deadline = ContinuousClock.now + returnBudget
            while ContinuousClock.now < deadline {
                let fresh = await PollingSessions.open(stage.client("fresh"), within: .seconds(3))
                if fresh?.nodeID == victim.nodeID { return }
                try await bench.pause(.milliseconds(50))
            }
        },
        judge: { history in
            let evidence = Evidence(history)
            guard let healing = history.healing(of: "kill") else {
                return Judgement(observations: 0, doubt: "no session opened, so there was no victim to choose")
            }
            let after = history.exchanges.filter { $0.sent.label == RequestLabel.pollOpen && $0.sentAt >= healing.time }
            var judgement = Judgement(observations: after.count)
            if !after.contains(where: { $0.response?.nodeID == healing.nodeID }) {
                judgement.findings.append(
                    Finding(
                        .returnedNodeUnused,
                        "none of \(after.count) sessions opened in the \(returnBudget.inWords) after \(healing.nodeID) was back "
                            + "landed on it", evidence: after.suffix(2).map(evidence.line),
                        deadline: healing.time...(healing.time + returnBudget)))
            }
            return judgement
        })
}

private let returnBudget = Duration.seconds(20)

/// A balancer that looks every second must have seen the node down several times, or there is nothing to come back from.
private let outage = Duration.seconds(4)
