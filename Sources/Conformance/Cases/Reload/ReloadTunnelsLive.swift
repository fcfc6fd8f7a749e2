import Claims
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `reload/tunnels-live`
    static let reloadTunnelsLive = ConformanceCase(
        CaseDescription(
            id: "reload/tunnels-live", title: "WebSockets live through a reload of the configuration",
            features: [.websocketUpgrade],
            proves:
                "While the balancer reads its configuration anew, three times in a row, WebSockets that are open stay "
                + "open on their node and lose no message.",
            findings: [.reloadEndsTunnels], schedule: .alone(seconds: 2), verbs: [.reload]),
        workload: { stage in
            let population = await Population.open(polling: 0, webSockets: 12, on: stage)
            try await population.talk {
                for _ in 1...3 {
                    try await stage.perform(.reload)
                    try await stage.pause(.milliseconds(300))
                }
            }
        },
        judge: { history in
            guard let reload = history.operations(.reload).first else { return Judgement(observations: 0) }
            let names = Set(history.soundTraces(at: reload.begun).map(\.opened.session))
            var judgement = Judgement(observations: names.count)
            judgement.findings = history.disturbances(
                of: names, as: .reloadEndsTunnels, "a WebSocket did not go on when the configuration was read anew")
            return judgement
        })
}

extension FindingCode {
    /// A WebSocket did not live through a reload.
    static let reloadEndsTunnels = FindingCode("reload-ends-tunnels", .reload)
}
