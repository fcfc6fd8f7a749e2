import Clocks
import Claims
import Fleet
import History
import Lab
import SockJS
import Verdicts

extension ConformanceCase {
    /// `failover/hung-node`
    static let failoverHungNode = ConformanceCase(
        CaseDescription(
            id: "failover/hung-node", title: "Sessions of a hung node go on elsewhere", features: [.activeHealthCheck],
            proves: "When a node accepts connections but answers nothing, as after SIGSTOP, a request of each of its "
                + "sessions that is sent within 12 s, or what the manifest states, is answered by another node.",
            findings: [.sessionStuck, .sessionMoved, .requestFailed, .sessionNotOpened], schedule: .alone(seconds: 4),
            awaits: "a hung node to be noticed"),
        workload: { stage in
            let population = await Population.open(polling: 13, webSockets: 0, on: stage)
            guard let victim = population.victim(on: stage) else { return }
            try await stage.inject(.hang, on: victim)
            let limit = FaultLimit(.hung, claims: stage.facts.faultClaims).duration
            let deadline = MonotonicClock.now + limit
            _ = await forAll(population.owned(by: victim)) { carrier in
                guard let polling = carrier as? SockJSCarrier else { return }
                var isLast = false
                while !isLast {
                    // The last one is sent when the limit has passed, and must be answered elsewhere.
                    isLast = MonotonicClock.now >= deadline
                    let outcome = await polling.client.request(
                        "POST", polling.path.path,
                        RequestPlan(
                            label: RequestLabel.probe, session: polling.session, limit: probeLimit))
                    if let node = outcome.nodeID, node != victim.nodeID { return }
                    // The pace of a client that retries; an answer ends the wait for the next node.
                    guard (try? await polling.client.pause(.milliseconds(100))) != nil else { return }
                }
            }
        },
        judge: { history in Judgement.joining(SoundBeforeFaultChecker().judge(history), judgeHang(history)) })
}

private let probeLimit = Duration.milliseconds(2_500)

private func judgeHang(_ history: HistoryView) -> Judgement {
    guard let hang = history.fault(.hang) else {
        return Judgement(
            observations: 0, doubt: "the sessions that opened were not on two nodes, so there was no victim to choose")
    }
    let limit = history.limit(.hung)
    var judgement = Judgement(observations: 0)
    let probes = Dictionary(grouping: history.exchanges.filter { $0.sent.label == RequestLabel.probe }) {
        $0.sent.session ?? ""
    }
    for (session, probes) in probes.sorted(by: { $0.key < $1.key }) {
        judgement.observations += 1
        let moved = probes.contains { $0.response?.nodeID != nil && $0.response?.nodeID != hang.nodeID }
        if moved { continue }
        judgement.findings.append(
            Finding(
                .sessionStuck,
                "after \(hang.nodeID) hung, no request of its session \(session) was answered by another node "
                    + limit.words, evidence: probes.suffix(2).map(history.evidence),
                deadline: hang.time...(hang.time + limit.duration + probeLimit)))
    }
    return judgement
}

extension FindingCode {
    /// New sessions still went to a node that answers nothing.
    static let sessionStuck = FindingCode("session-stuck", .healthView)
}
