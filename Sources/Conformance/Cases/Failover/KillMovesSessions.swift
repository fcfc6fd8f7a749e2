import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `failover/kill-moves-sessions`
    static let failoverKillMovesSessions = ConformanceCase(
        CaseDescription(
            id: "failover/kill-moves-sessions", title: "Sessions of a killed node go on elsewhere",
            features: [.killFailover],
            proves:
                "After a node is killed, every client of it that reconnects by Meteor's rule is back on a live node "
                + "within 15 s, or what follows from the manifest, on polling and on WebSocket, and its polling is "
                + "sticky there.",
            findings: [.sessionNotMoved, .sessionMoved, .requestFailed, .sessionNotOpened], schedule: .alone(seconds: 1)
        ),
        workload: { stage in
            let population = await Population.open(polling: 15, webSockets: 9, on: stage)
            guard let victim = population.victim(on: stage) else { return }
            let limit = FaultLimit(.killed, claims: stage.facts.faultClaims).duration
            try await stage.inject(.kill, on: victim)
            _ = await forAll(population.owned(by: victim)) { carrier in
                guard let moved = await Population.survive(carrier, budget: limit) else { return }
                if moved is SockJSCarrier {
                    for number in 101...103 where await !Population.exchange(moved, number: number) { break }
                }
                await moved.close()
            }
            await Population(carriers: population.notOwned(by: victim)).close()
        },
        judge: { history in Judgement.joining(SoundBeforeFaultChecker().judge(history), judgeMoves(history)) })
}

private func judgeMoves(_ history: HistoryView) -> Judgement {
    guard let kill = history.fault(.kill) else {
        return Judgement(
            observations: 0, doubt: "the sessions that opened were not on two nodes, so there was no victim to choose")
    }
    let limit = history.limit(.killed)
    var judgement = StickinessChecker(firstEpoch: 2).judge(history)
    judgement.observations = 0
    let traces = history.sessions
    let sound = history.soundSessions(at: kill.time)
    var transports: Set<String> = []
    for victim in traces where victim.opened.epoch == 1 && victim.opened.nodeID == kill.nodeID {
        guard sound.contains(victim.opened.session) else { continue }
        judgement.observations += 1
        transports.insert(victim.opened.transport.rawValue)
        let session = victim.opened.session
        let moved = traces.first {
            $0.opened.session == session && $0.opened.epoch > 1 && $0.opened.bootID != victim.opened.bootID
                && $0.openedAt <= kill.time + limit.duration
        }
        if moved != nil { continue }
        let last = history.exchanges(of: session).last
        judgement.findings.append(
            Finding(
                .sessionNotMoved,
                "session \(session) of the killed \(kill.nodeID) was not back on another node \(limit.words)",
                evidence: last.map { [history.evidence($0)] } ?? [], deadline: kill.time...(kill.time + limit.duration))
        )
    }
    if transports.count < 2 {
        judgement.doubt =
            judgement.doubt ?? "the victim owned sessions on \(transports.sorted().joined()) only, not of both kinds"
    }
    return judgement
}
