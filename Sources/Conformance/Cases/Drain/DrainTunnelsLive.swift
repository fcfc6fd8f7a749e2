import Claims
import History
import Verdicts

extension ConformanceCase {
    /// `drain/tunnels-live`
    static let drainTunnelsLive = ConformanceCase(
        CaseDescription(
            id: "drain/tunnels-live", title: "A node that drains keeps its WebSockets",
            features: [.websocketUpgrade],
            proves: "While a node is drained, its WebSockets stay open and lose no message.",
            findings: [.drainEndsTunnels], schedule: .alone(seconds: 2), verbs: [.drain]),
        workload: { stage in try await DrainScene.play(stage) },
        judge: { history in
            guard let own = DrainScene.ownSessions(in: history, onWebSocket: true) else {
                return Judgement(observations: 0, doubt: DrainScene.noVictim)
            }
            var judgement = Judgement(observations: own.names.count)
            judgement.findings = history.disturbances(
                of: own.names, as: .drainEndsTunnels, "a WebSocket of \(own.node) did not go on when that was drained")
            return judgement
        })
}

extension FindingCode {
    /// A WebSocket of a node that drains did not go on.
    static let drainEndsTunnels = FindingCode("drain-ends-tunnels", .drain)
}
