import Fleet
import History
import Lab
import Verdicts

/// New clients that come one after the other, to see whether a balancer still leads any of them to a bad node.
///
/// There are so many of them that a balancer which chooses at random and has noticed nothing passes over a node by
/// chance about once in ten million times, however often it is asked.
enum Newcomers {
    /// The chance that n nodes leave one out in 16 n choices is (1 - 1/n)^16n, below e^-16.
    static let perNode = 16

    /// Whether all of them are served well; the first who is not is the last of them.
    static func all(
        on stage: CaseStage, label: RequestLabel, areServed isServed: (_ nodeID: String) -> Bool = { _ in true }
    ) async -> Bool {
        let plan = RequestPlan(label: label, limit: Retries.limit)
        for _ in 0..<(perNode * stage.nodes.count) {
            let nodeID = await stage.client("new").request("GET", "/whoami", plan).nodeID
            guard let nodeID, isServed(nodeID) else { return false }
        }
        return true
    }
}

extension HistoryView {
    /// What was seen of new clients whom ``Newcomers`` let come until all in a row were served well.
    ///
    /// - Parameters:
    ///   - moment: what had happened, before a comma.
    ///   - well: how they should have been served.
    func judgeNewcomers(
        _ label: RequestLabel, since injected: HistoryTime, as code: FindingCode, _ moment: String,
        are well: String, isServed: (_ nodeID: String) -> Bool = { _ in true }
    ) -> Judgement {
        let asked = exchanges.filter { $0.sent.label == label && $0.endedAt != nil }.sorted { $0.sentAt < $1.sentAt }
        let limit = limit(.hung)
        var judgement = Judgement(observations: asked.count)
        // The first of them may meet a balancer that has not noticed yet.
        guard let last = asked.last else { return Judgement(observations: 0, doubt: "no new client came") }
        if last.response?.nodeID.map(isServed) != true {
            let bad = asked.filter { $0.response?.nodeID.map(isServed) != true }
            judgement.findings.append(
                Finding(
                    code,
                    "\(moment), it never came to \(Newcomers.perNode) new clients in a row for each node who were all "
                        + "\(well) \(limit.words): of \(asked.count), \(bad.count) were not",
                    evidence: bad.suffix(2).map(evidence),
                    deadline: injected...(injected + limit.duration + Retries.limit)))
        }
        return judgement
    }
}
