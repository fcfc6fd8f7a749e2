import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `reload/clients-stay`
    static let reloadClientsStay = ConformanceCase(
        CaseDescription(
            id: "reload/clients-stay", title: "Clients stay on their nodes when the configuration is reloaded",
            features: [.pollingStickiness],
            proves:
                "After the balancer read its configuration anew, polling sessions go on on their node, and clients that "
                + "were silent meanwhile get back to theirs.",
            findings: [.reloadMovesClients], schedule: .alone(seconds: 1), verbs: [.reload]),
        workload: { stage in
            let sessions = await PollingSessions.open(12, on: stage)
            _ = await forAll(sessions) { await PollingSessions.exchange($0, number: 1) }
            try await SilentClients.around(stage) { try await stage.perform(.reload) }
            // In another order, for the same reason as with silent clients.
            _ = await forAll(sessions.reversed()) { carrier in
                guard await PollingSessions.exchange(carrier, number: 2) else { return }
                await carrier.close()
            }
        },
        judge: { history in
            guard let reload = history.operations(.reload).first else { return Judgement(observations: 0) }
            return SilentClients.judge(
                history, since: reload.begun, .reloadMovesClients, "when the configuration was read anew")
        })
}

extension FindingCode {
    /// A client did not get back to its node after a reload.
    static let reloadMovesClients = FindingCode("reload-moves-clients", .reload, followsFrom: .affinityNone)
}
