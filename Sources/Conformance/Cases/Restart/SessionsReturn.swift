import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `restart/sessions-return`
    static let restartSessionsReturn = ConformanceCase(
        CaseDescription(
            id: "restart/sessions-return", title: "Meteor users come back after a restart of the balancer",
            features: [.websocketUpgrade, .fallback],
            proves:
                "After the balancer was stopped and started again, each Meteor user, on WebSocket, xhr-polling and raw "
                + "WebSocket, is connected again within \(FaultClass.restarted.allowance.inWords).",
            findings: [.restartKeepsClientsOut], schedule: .alone(seconds: 6), verbs: [.restart],
            awaits: "Meteor's reconnection"),
        workload: { stage in
            let population = await MeteorPopulation.open([.webSocket: 6, .polling: 6, .raw: 4], on: stage)
            try await stage.perform(.restart)
            let limit = FaultClass.restarted.allowance
            _ = await forAll(population.users) { user in
                let call = await user.increment()
                _ = await user.wait(within: limit) { $0.completed[call] != nil && $0.connects > 1 }
            }
            await population.stop()
        },
        judge: judgeReturn)
}

private func judgeReturn(_ history: HistoryView) -> Judgement {
    guard let restart = history.operations(.restart).first else { return Judgement(observations: 0) }
    let limit = FaultClass.restarted.allowance
    let traces = history.sessions
    var judgement = Judgement(observations: 0)
    for first in traces where first.opened.epoch == 1 && first.openedAt < restart.begun {
        judgement.observations += 1
        let session = first.opened.session
        let isBack = traces.contains {
            $0.opened.session == session && $0.opened.epoch > 1 && $0.openedAt >= restart.begun
                && $0.openedAt <= restart.begun + limit
        }
        if isBack { continue }
        let attempts = history.events.filter {
            guard case .transportAttempted(let attempt) = $0.kind else { return false }
            return attempt.session == session && $0.time >= restart.begun
        }
        judgement.findings.append(
            Finding(
                .restartKeepsClientsOut,
                "session \(session) was not connected again within \(limit.inWords) of a restart of the balancer",
                evidence: (attempts.suffix(1) + []).map(history.evidence),
                deadline: restart.begun...(restart.begun + limit)))
    }
    judgement.findings = Array(judgement.findings.prefix(StickinessChecker.findingLimit))
    return judgement
}

extension FindingCode {
    /// A client was not connected again after a restart of the balancer.
    static let restartKeepsClientsOut = FindingCode("restart-keeps-clients-out", .restart)
}
