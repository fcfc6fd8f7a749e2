import Claims
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `idle/tunnel-cutoff`
    ///
    /// A should: Meteor's peers break the silence every 30 s, and only old ones let it last 60 s.
    static let idleTunnelCutoff = ConformanceCase(
        CaseDescription(
            id: "idle/tunnel-cutoff", title: "A silent WebSocket lives longer than a minute", level: .should,
            features: [.idleTolerance, .websocketUpgrade],
            proves: "A WebSocket on which nobody says anything for 70 s, in true time, still carries messages.",
            findings: [.upgradeNotForwarded, .silentTunnelCut], schedule: .shared(seconds: 3.5, in: .scaled),
            awaits: "70 s of silence"),
        workload: { stage in
            let silence = silence * stage.facts.timeScale
            _ = await forAll([1, 2]) { _ in await QuietTunnel.run(.silence, for: silence, pace: silence, stage) }
        },
        judge: { history in
            QuietTunnel.judge(.silence, .silentTunnelCut, "a WebSocket on which nobody said anything", in: history)
        })
}

/// More than the minute that is most balancers' default, by what one may look late at its clock.
private let silence = Duration.seconds(70)

extension FindingCode {
    /// A tunnel was ended for its silence.
    static let silentTunnelCut = FindingCode("silent-tunnel-cut", .idle)
}
