import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `restart/cookies-hold`
    static let restartCookiesHold = ConformanceCase(
        CaseDescription(
            id: "restart/cookies-hold", title: "Clients get back to their nodes after a restart of the balancer",
            features: [.pollingStickiness],
            proves:
                "After the balancer was stopped and started again, while no request was under way, polling sessions go "
                + "on on their node, and clients that were silent get back to theirs.",
            findings: [.restartMovesClients], schedule: .alone(seconds: 2), verbs: [.restart]),
        workload: { stage in
            let sessions = await PollingSessions.open(12, on: stage)
            _ = await forAll(sessions) { await PollingSessions.exchange($0, number: 1) }
            try await SilentClients.around(stage) { try await stage.perform(.restart) }
            // In another order, for the same reason as with silent clients.
            _ = await forAll(sessions.reversed()) { carrier in
                guard await PollingSessions.exchange(carrier, number: 2) else { return }
                await carrier.close()
            }
        },
        judge: { history in
            guard let restart = history.operations(.restart).first else { return Judgement(observations: 0) }
            return SilentClients.judge(
                history, since: restart.begun, .restartMovesClients, "after the balancer was restarted")
        })
}

extension FindingCode {
    /// A client did not get back to its node after a restart.
    static let restartMovesClients = FindingCode("restart-moves-clients", .restart, followsFrom: .affinityNone)
}
