import Claims
import Lab
import Verdicts

extension ConformanceCase {
    /// `upgrade/keep-alive-connection-header`
    static let upgradeKeepAliveConnectionHeader = ConformanceCase(
        CaseDescription(
            id: "upgrade/keep-alive-connection-header", title: "Firefox's Connection field upgrades",
            features: [.websocketUpgrade],
            proves: "A request with `Connection: keep-alive, Upgrade`, as Firefox sends it, is upgraded like any other "
                + "(RFC 9110 §7.6.1: Connection is a list).",
            findings: [.upgradeNotForwarded, .acceptWrong, .tunnelClosed], hasControl: true),
        workload: { stage in
            for field in ["keep-alive, Upgrade", "Keep-Alive,upgrade"] {
                try await HandshakeProbe(target: "/echo/websocket", connectionHeader: field).run(stage)
            }
        },
        judge: HandshakeProbe.judge)
}
