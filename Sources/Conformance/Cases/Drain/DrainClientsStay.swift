import Claims
import History
import Verdicts

extension ConformanceCase {
    /// `drain/clients-stay`
    static let drainClientsStay = ConformanceCase(
        CaseDescription(
            id: "drain/clients-stay", title: "A node that drains keeps its polling sessions",
            features: [.pollingStickiness],
            proves: "While a node is drained, its SockJS sessions on polling go on there and lose no message.",
            findings: [.drainMovesClients], schedule: .alone(seconds: 2), verbs: [.drain]),
        workload: { stage in try await DrainScene.play(stage) },
        judge: { history in
            guard let own = DrainScene.ownSessions(in: history, onWebSocket: false) else {
                return Judgement(observations: 0, doubt: DrainScene.noVictim)
            }
            var judgement = Judgement(observations: own.names.count)
            judgement.findings = history.disturbances(
                of: own.names, as: .drainMovesClients, "a session of \(own.node) did not go on when that was drained")
            return judgement
        })
}

extension FindingCode {
    /// A polling session of a node that drains did not go on there.
    static let drainMovesClients = FindingCode("drain-moves-clients", .drain)
}
