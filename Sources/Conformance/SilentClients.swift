import Claims
import Fleet
import History
import Lab
import Verdicts

/// Clients that ask once before something is done to the balancer and again after it, each as a browser that keeps its
/// cookies: whether they get back to their node.
enum SilentClients {
    private static let before = RequestLabel("silent-before")
    private static let after = RequestLabel("silent-after")
    private static let count = 12

    static func around(_ stage: CaseStage, _ body: () async throws -> Void) async throws {
        let clients = (0..<count).map { _ in stage.client("silent") }
        // Twice, so that a balancer that learns with the first answer has learnt.
        for _ in 1...2 { _ = await forAll(clients) { await $0.request("GET", info, RequestPlan(label: before)) } }
        try await body()
        // In another order, or a balancer that gives clients to nodes in turn would lead them back by chance.
        let others = Array(clients.reversed())
        for _ in 1...2 { _ = await forAll(others) { await $0.request("GET", info, RequestPlan(label: after)) } }
    }

    private static let info = "\(PollingSessions.service)/info"

    /// Polling sessions that were sound at this moment, and silent clients: who did not get back to its node.
    ///
    /// - Parameter occasion: what was done, as the end of a sentence.
    static func judge(
        _ history: HistoryView, since time: HistoryTime, _ code: FindingCode, _ occasion: String
    ) -> Judgement {
        let names = Set(history.soundTraces(at: time).map(\.opened.session))
        var judgement = Judgement(observations: names.count)
        judgement.findings = history.disturbances(of: names, as: code, "a session did not go on \(occasion)")
        // Affinity of sessions alone leads a request without one anywhere.
        if history.bench?.scope != .session {
            for (client, asked) in Dictionary(grouping: history.exchanges, by: \.client).sorted(by: { $0.key < $1.key })
            {
                let nodes = asked.filter { $0.sent.label == before }.map { $0.response?.nodeID }
                // One that moved before has no node.
                guard let node = nodes.last ?? nil, nodes.allSatisfy({ $0 == node }) else { continue }
                let later = asked.filter { $0.sent.label == after }
                judgement.observations += later.count
                guard let moved = later.first(where: { $0.response?.nodeID != node && $0.endedAt != nil }) else {
                    continue
                }
                let what = moved.response?.nodeID.map { "got to \($0)" } ?? "was not served"
                judgement.findings.append(
                    Finding(
                        code, "\(client), whose node was \(node), \(what) \(occasion)",
                        evidence: asked.filter { $0.sent.label == before }.suffix(1).map(history.evidence)
                            + [history.evidence(moved)],
                        deadline: moved.response == nil ? moved.missedDeadline : nil))
            }
        }
        judgement.findings = Array(judgement.findings.prefix(StickinessChecker.findingLimit))
        return judgement
    }
}
