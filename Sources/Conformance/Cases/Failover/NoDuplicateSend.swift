import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `failover/no-duplicate-send`
    static let failoverNoDuplicateSend = ConformanceCase(
        CaseDescription(
            id: "failover/no-duplicate-send", title: "An xhr_send in flight is not sent to a second node",
            features: [.noReplay],
            proves: "When a node dies after it executed an xhr_send and before it answered, no node executes that "
                + "request again (RFC 9110 §9.2.2: a POST is not repeated automatically).",
            findings: [.requestReplayed, .sessionMoved, .requestFailed, .sessionNotOpened], schedule: .alone(seconds: 1)
        ),
        workload: { stage in
            let population = await Population.open(polling: 13, webSockets: 0, on: stage)
            guard let victim = population.victim(on: stage) else { return }
            let victims = population.owned(by: victim).compactMap { $0 as? SockJSCarrier }
            try await stage.inject(.slow(milliseconds: 20_000), on: victim)
            async let sends: [Void] = forAll(victims) { carrier in
                do throws(CarrierError) {
                    try await carrier.send(
                        NumberedPayload.text(2, "in flight"), on: .fresh, within: CaseBudget.slowAnswer)
                } catch {
                    // That it fails is what the kill is for.
                }
            }
            _ = try await stage.awaitExecutions(within: .seconds(4)) { history in
                inFlightSends(history).count { !$0.executions.isEmpty } >= victims.count
            }
            try await stage.inject(.kill, on: victim)
            _ = await sends
        },
        judge: { history in Judgement.joining(SoundBeforeFaultChecker().judge(history), judgeReplays(history)) })
}

private func judgeReplays(_ history: HistoryView) -> Judgement {
    var judgement = Judgement(observations: 0)
    guard let kill = history.fault(.kill) else {
        judgement.doubt = "the sessions that opened were not on two nodes, so there was no victim to choose"
        return judgement
    }
    for send in inFlightSends(history) {
        // Any of its executions: the clocks of nodes on other hosts may put the second one first.
        guard send.executions.contains(where: { $0.nodeID == kill.nodeID && $0.time <= kill.time }),
            send.endedAt.map({ $0 > kill.time }) ?? true
        else { continue }
        judgement.observations += 1
        if send.executions.count > 1 {
            judgement.findings.append(
                Finding(
                    .requestReplayed,
                    "an xhr_send was executed by \(send.executions.map(\.nodeID).joined(separator: ", then by "))",
                    evidence: [history.evidence(send)]))
        }
    }
    return judgement
}

/// The sends of this case: the second message of each session.
private func inFlightSends(_ history: HistoryView) -> [Exchange] {
    let begun = history.events.first {
        if case .faultInjected(let fault) = $0.kind { return fault.fault == .slow }
        return false
    }
    guard let begun else { return [] }
    return history.exchanges.filter { $0.sent.label == RequestLabel.send && $0.sentAt >= begun.time }
}

extension FindingCode {
    /// A request that a node had executed was executed again.
    static let requestReplayed = FindingCode("request-replayed", .replay, isCertain: true)
}
