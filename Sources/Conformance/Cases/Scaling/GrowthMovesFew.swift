import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `scaling/growth-moves-few`
    static let scalingGrowthMovesFew = ConformanceCase(
        CaseDescription(
            id: "scaling/growth-moves-few", title: "New nodes take no more sessions than their share",
            features: [.pollingStickiness],
            proves:
                "When two nodes are added to three, at most two fifths of \(sessionCount) live polling sessions are moved, "
                + "and three standard deviations more: what a consistent hash moves. A cookie moves none.",
            findings: [.growthMovesSessions, .sessionNotOpened], schedule: .alone(seconds: 2), verbs: [.add],
            awaits: "added nodes to be used"),
        workload: { stage in
            let sessions = await PollingSessions.open(sessionCount, on: stage)
            _ = await forAll(sessions) { await PollingSessions.exchange($0, number: 1) }
            let spares = [try await stage.startSpare(), try await stage.startSpare()]
            for spare in spares { try await stage.perform(.add(spare)) }
            await NewNodes.await(spares, on: stage)
            // In another order, or a balancer that gives clients to nodes in turn would lead them back by chance.
            _ = await forAll(sessions.reversed()) { carrier in
                guard await PollingSessions.exchange(carrier, number: 2) else { return }
                await carrier.close()
            }
        },
        judge: judgeGrowth)
}

private let sessionCount = 60

private func judgeGrowth(_ history: HistoryView) -> Judgement {
    let additions = history.operations(.add)
    guard let first = additions.first?.begun else { return Judgement(observations: 0) }
    let before = OpenedSessionsChecker(least: 2).judge(history.filter { $0.time < first })
    let names = Set(history.soundTraces(at: first).map(\.opened.session))
    var judgement = Judgement(observations: names.count, findings: before.findings, doubt: before.doubt)
    let moved = history.strayRequests(of: names)
    let old = history.nodeCount - additions.count
    let share = Double(additions.count) / Double(max(1, history.nodeCount))
    let count = Double(names.count)
    let allowed = Int((count * share + 3 * (count * share * (1 - share)).squareRoot()).rounded(.down))
    judgement.notes = ["\(moved.count) of \(names.count) sessions moved when \(additions.count) nodes came to \(old)"]
    if moved.count > allowed {
        judgement.findings.append(
            Finding(
                .growthMovesSessions,
                "\(moved.count) of \(names.count) live sessions were moved or lost when \(additions.count) nodes were added to "
                    + "\(old); a consistent hash moves \(allowed) at most, a cookie none",
                evidence: moved.prefix(3).map(history.evidence)))
    }
    return judgement
}

extension FindingCode {
    /// More sessions moved than new nodes have a share in.
    static let growthMovesSessions = FindingCode("growth-moves-sessions", .scaling, followsFrom: .affinityNone)
}
