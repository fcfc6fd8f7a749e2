import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `failover/hung-node`
    static let failoverHungNode = ConformanceCase(
        CaseDescription(
            id: "failover/hung-node", title: "Sessions of a hung node go on elsewhere", features: [.activeHealthCheck],
            proves: "When a node accepts connections but answers nothing, as after SIGSTOP, a request of each of its "
                + "sessions is answered by another node within 12 s.",
            findings: [.sessionStuck, .sessionMoved, .requestFailed, .sessionNotOpened], isDisruptive: true,
            awaits: "a hung node to be noticed"),
        workload: { stage in
            let population = await Population.open(polling: 12, webSockets: 0, on: stage)
            guard let victim = population.victim(of: stage.bench) else { return }
            try await stage.bench.inject(.hang, on: victim)
            let deadline = ContinuousClock.now + hangBudget
            _ = await forAll(population.owned(by: victim)) { carrier in
                guard let polling = carrier as? SockJSCarrier else { return }
                while ContinuousClock.now < deadline {
                    let outcome = await polling.client.request(
                        "POST", polling.path.path,
                        RequestPlan(
                            label: "probe", session: polling.session,
                            limit: min(.milliseconds(2_500), max(.milliseconds(100), deadline - .now))))
                    if let node = outcome.nodeID, node != victim.nodeID { return }
                    // The pace of a client that retries; an answer ends the wait for the next node.
                    guard (try? await polling.client.pause(.milliseconds(100))) != nil else { return }
                }
            }
        },
        judge: { history in SoundBeforeFaultChecker().judge(history) + judgeHang(history) })
}

private let hangBudget = Duration.seconds(12)

private func judgeHang(_ history: RunHistory) -> Judgement {
    guard let hang = history.fault("hang") else {
        return Judgement(
            observations: 0, doubt: "the sessions that opened were not on two nodes, so there was no victim to choose")
    }
    let evidence = Evidence(history)
    var judgement = Judgement(observations: 0)
    let probes = Dictionary(grouping: history.exchanges.filter { $0.sent.label == "probe" }) { $0.sent.session ?? "" }
    for (session, probes) in probes.sorted(by: { $0.key < $1.key }) {
        judgement.observations += 1
        let moved = probes.contains { $0.response?.nodeID != nil && $0.response?.nodeID != hang.nodeID }
        if moved { continue }
        judgement.findings.append(
            Finding(
                .sessionStuck,
                "\(hangBudget.inWords) after \(hang.nodeID) hung, no request of its session \(session) had been answered by "
                    + "another node", evidence: probes.suffix(2).map(evidence.line),
                deadline: hang.time...(hang.time + hangBudget)))
    }
    return judgement
}
