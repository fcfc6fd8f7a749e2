import Claims
import Fleet
import History
import Lab
import SockJS
import Verdicts

extension ConformanceCase {
    /// `failover/slow-node`
    static let failoverSlowNode = ConformanceCase(
        CaseDescription(
            id: "failover/slow-node", title: "What a slow node is asked, it alone is asked, and once",
            features: [.noReplay],
            proves:
                "While a node answers \(delay) ms late, each xhr_send of its sessions is executed once, by that node, and "
                + "sessions on the other nodes lose nothing.",
            findings: [.slowNodeRepeated, .slowNodeDisturbs, .sessionMoved, .requestFailed, .sessionNotOpened],
            schedule: .alone(seconds: 2)),
        workload: { stage in
            let population = await Population.open(polling: 13, webSockets: 0, on: stage)
            guard let victim = population.victim(on: stage) else { return }
            try await stage.inject(.slow(milliseconds: delay), on: victim)
            async let others: [Void] = forAll(population.notOwned(by: victim)) { carrier in
                for number in 2...4 where await !Population.exchange(carrier, number: number) { break }
                await carrier.close()
            }
            _ = await forAll(population.owned(by: victim).compactMap { $0 as? SockJSCarrier }) { carrier in
                do throws(CarrierError) {
                    try await carrier.send(
                        NumberedPayload.text(2, "to a slow node"), on: .fresh, within: CaseBudget.slowAnswer)
                } catch {
                    // Recorded as the failed request.
                }
            }
            _ = await others
        },
        judge: { history in Judgement.joining(SoundBeforeFaultChecker().judge(history), judgeSlow(history)) })
}

/// Less than health checks wait, 400 ms or more with what ships, so that the node counts as slow and not as hung.
private let delay = 300

private func judgeSlow(_ history: HistoryView) -> Judgement {
    guard let slow = history.fault(.slow) else {
        return Judgement(
            observations: 0, doubt: "the sessions that opened were not on two nodes, so there was no victim to choose")
    }
    let sound = history.soundTraces(at: slow.time)
    let own = Set(sound.filter { $0.opened.nodeID == slow.nodeID }.map(\.opened.session))
    let sends = history.exchanges.filter {
        $0.sent.label == RequestLabel.send && $0.sentAt >= slow.time && own.contains($0.sent.session ?? "")
    }
    let repeated = sends.filter { $0.executions.count > 1 }
    // That the others are answered, and by their own node.
    var judgement = StickinessChecker(
        labels: [.send], sessions: own.subtracting(repeated.compactMap(\.sent.session))
    ).judge(history)
    judgement.observations = sends.count
    for send in repeated {
        judgement.findings.append(
            Finding(
                .slowNodeRepeated,
                "an xhr_send to \(slow.nodeID), which answers \(delay) ms late, was executed by "
                    + send.executions.map(\.nodeID).joined(separator: ", then by "),
                evidence: [history.evidence(send)]))
    }
    let others = Set(sound.filter { $0.opened.nodeID != slow.nodeID }.map(\.opened.session))
    judgement.findings += history.disturbances(
        of: others, as: .slowNodeDisturbs, "a session on another node suffered while \(slow.nodeID) was slow")
    judgement.findings = Array(judgement.findings.prefix(StickinessChecker.findingLimit))
    return judgement
}

extension FindingCode {
    /// A request to a slow node was sent to another one too.
    static let slowNodeRepeated = FindingCode("slow-node-repeated", .replay, isCertain: true)
    /// A session on a healthy node suffered from a slow one.
    static let slowNodeDisturbs = FindingCode("slow-node-disturbs", .bystander)
}
