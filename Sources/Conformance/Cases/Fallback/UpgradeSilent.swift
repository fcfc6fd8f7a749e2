import Claims
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `fallback/upgrade-silent`
    static let fallbackUpgradeSilent = ConformanceCase(
        CaseDescription(
            id: "fallback/upgrade-silent", title: "A silent upgrade leads to sticky polling",
            features: [.fallback, .pollingStickiness],
            proves:
                "When upgrades are never answered, and when a 101 is followed by silence, every Meteor client reaches "
                + "xhr-polling inside its 10 s and calls methods there, all on one node.",
            findings: [.pollingRefused, .pollingNotReached, .sessionMoved, .requestFailed], schedule: .alone(seconds: 2)
        ),
        workload: { stage in
            try await FallbackWorkload.run(stage, .silentUpgrade)
            try await FallbackWorkload.run(stage, .muteAfter101)
        },
        judge: FallbackWorkload.judge)
}
