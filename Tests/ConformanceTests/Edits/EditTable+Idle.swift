import History
import Verdicts

@testable import Conformance

extension EditTable {
    static let idleTimes =
        [
            ("idle/tunnel-cutoff", FindingCode.silentTunnelCut, "silence"),
            ("idle/one-way", .clientSilenceCut, "node"),
            ("idle/one-way", .nodeSilenceCut, "client"),
            ("idle/tunnel-lifetime", .busyTunnelCut, "both"),
        ].map { id, code, talk in
            EditRow(id, code, .received.label(talk).last.drop, .closings.label(talk).last.cause(.peer))
        }
        + ["idle/tunnel-cutoff", "idle/one-way", "idle/tunnel-lifetime"].map { id in
            EditRow(id, .upgradeNotForwarded, .answers(.upgrade).first.status(400))
        } + [
            EditRow("idle/poll-cutoff", .silentRequestCut, .answers("poll-cutoff").last.refused(504)),
            EditRow("idle/first-byte", .slowAnswerLost, .answers("first-byte").last.fails(.closedEarly)),
        ]
}
