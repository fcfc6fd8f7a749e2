import Claims
import Clocks
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `drain/node-leaves`
    static let drainNodeLeaves = ConformanceCase(
        CaseDescription(
            id: "drain/node-leaves", title: "A drained node leaves, and no request is lost",
            features: [.bystanderIsolation],
            proves:
                "A node that was drained is taken out and stopped: requests that were under way on it come to their "
                + "end, and sessions on the other nodes notice nothing.",
            findings: [.removalLosesRequests], schedule: .alone(seconds: 3), verbs: [.drain, .remove]),
        workload: { stage in
            let population = await Population.open(polling: 14, webSockets: 6, on: stage)
            guard let victim = population.victim(on: stage) else { return }
            let own = population.owned(by: victim)
            try await stage.perform(.drain(victim))
            try await Population(carriers: population.notOwned(by: victim)).talk {
                for carrier in own where !(carrier is SockJSCarrier) { await carrier.close() }
                try await leave(victim, own.compactMap { $0 as? SockJSCarrier }, stage)
            }
        },
        judge: judgeLeaving)
}

/// How long requests are under way; a balancer may give them less time than an operator would.
private let underWay = Duration.milliseconds(900)
/// Number of the message that is under way when the node leaves.
private let lastMessage = 2

private func leave(_ node: NodeRemote, _ carriers: [SockJSCarrier], _ stage: CaseStage) async throws {
    try await stage.inject(.slow(milliseconds: Int(underWay.inSeconds * 1_000)), on: node)
    async let sends: [Void] = forAll(carriers) { carrier in
        do throws(CarrierError) {
            try await carrier.send(NumberedPayload.text(lastMessage, "under way"))
        } catch {
            // Recorded as the failed request.
        }
        await carrier.close()
    }
    _ = try await stage.awaitExecutions(within: .seconds(2)) { history in
        lastSends(history).count { !$0.executions.isEmpty } >= carriers.count
    }
    try await stage.perform(.remove(node))
    _ = await sends
    try await stage.inject(.kill, on: node)
    // Who feels the end of a node that has left, feels it soon.
    try await stage.pause(.milliseconds(500))
}

/// The sends that were under way when the node left.
private func lastSends(_ history: HistoryView) -> [Exchange] {
    guard let slow = history.fault(.slow) else { return [] }
    return history.exchanges.filter {
        $0.sent.label == RequestLabel.send && $0.sentAt >= slow.time
            && $0.executions.allSatisfy { $0.nodeID == slow.nodeID }
    }.filter { !$0.executions.isEmpty }
}

private func judgeLeaving(_ history: HistoryView) -> Judgement {
    guard let removal = history.operations(.remove).first, let node = removal.nodeID else {
        return Judgement(observations: 0, doubt: DrainScene.noVictim)
    }
    let sends = lastSends(history).filter { $0.sentAt < removal.begun }
    let under = sends.filter { send in send.endedAt.map { $0 >= removal.begun } ?? true }
    var judgement = Judgement(observations: under.count)
    for send in under {
        if let response = send.response, response.status < 400, response.nodeID == node { continue }
        judgement.findings.append(
            Finding(
                .removalLosesRequests, "a request that was under way on \(node) when that left did not come to its end",
                evidence: [history.evidence(send)], deadline: send.missedDeadline))
    }
    let others = history.soundTraces(at: removal.begun).filter {
        $0.opened.nodeID != nil && $0.opened.nodeID != node
    }
    judgement.findings += history.disturbances(
        of: Set(others.map(\.opened.session)), as: .removalLosesRequests,
        "a session on another node suffered when \(node) left")
    judgement.findings = Array(judgement.findings.prefix(StickinessChecker.findingLimit))
    return judgement
}

extension FindingCode {
    /// A request was lost when a drained node left.
    static let removalLosesRequests = FindingCode("removal-loses-requests", .drain)
}
