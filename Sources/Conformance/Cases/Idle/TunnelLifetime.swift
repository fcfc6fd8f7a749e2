import Claims
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `idle/tunnel-lifetime`
    ///
    /// A should: a client whose tunnel ends comes back, at the price of a new session.
    static let idleTunnelLifetime = ConformanceCase(
        CaseDescription(
            id: "idle/tunnel-lifetime", title: "A busy WebSocket is not ended for its age", level: .should,
            features: [.idleTolerance, .websocketUpgrade],
            proves: "A WebSocket on which messages go there and back is open at an age of two minutes, in true time.",
            findings: [.upgradeNotForwarded, .busyTunnelCut], schedule: .shared(seconds: 5, in: .scaled),
            awaits: "a WebSocket to be two minutes old"),
        workload: { stage in
            let scale = stage.facts.timeScale
            await QuietTunnel.run(.both, for: min(age * scale, longestAge), pace: pace * scale, stage)
        },
        judge: { history in
            QuietTunnel.judge(
                .both, .busyTunnelCut, "a WebSocket on which messages went there and back all the time", in: history)
        })
}

/// Something over two minutes, since a balancer may look late at its clock.
private let age = Duration.seconds(125)

/// In true time the case must end before its limit.
private let longestAge = Duration.seconds(105)

/// Between two messages.
private let pace = Duration.seconds(5)

extension FindingCode {
    /// A tunnel was ended though messages passed all the time.
    static let busyTunnelCut = FindingCode("busy-tunnel-cut", .idle)
}
