import Fleet
import History
import Lab
import Verdicts

/// Requests that the node answers late, each behind one that it answers at once.
enum SlowAnswer {
    static func run(_ label: RequestLabel, after delay: Duration, _ stage: CaseStage) async {
        let client = stage.client()
        await client.request("POST", "/whoami", RequestPlan(label: label))
        await client.request(
            "POST", "/whoami?\(mark)\(Int(delay / .milliseconds(1)))",
            RequestPlan(label: label, limit: delay + CaseBudget.answer))
    }

    /// By which the node knows how long to wait, in milliseconds.
    private static let mark = "after="

    /// Judges those with this label.
    ///
    /// - Parameter late: how late the node answers, in words.
    static func judge(
        _ label: RequestLabel, _ code: FindingCode, _ late: String, in history: HistoryView
    ) -> Judgement {
        var judgement = Judgement(observations: 0)
        for exchange in history.exchanges where exchange.sent.label == label {
            let isServed = exchange.response.map { $0.status == 200 && $0.nodeID != nil } ?? false
            guard exchange.sent.target.contains(mark) else {
                if !isServed { judgement.doubt = "a request that a node answers at once was not served either" }
                continue
            }
            guard let endedAt = exchange.endedAt else {
                judgement.doubt = "the history ends before a request did"
                continue
            }
            judgement.observations += 1
            if isServed { continue }
            let came =
                exchange.response.map { "was answered \($0.status)" + ($0.nodeID == nil ? " by no node of ours" : "") }
                ?? "got no answer"
            let lasted = TimeoutClass.words(for: (endedAt - exchange.sentAt) / history.timeScale)
            judgement.findings.append(
                Finding(
                    code, "a request that its node answers after \(late) \(came) after \(lasted)",
                    evidence: [history.evidence(exchange)], deadline: exchange.missedDeadline))
        }
        return judgement
    }
}
