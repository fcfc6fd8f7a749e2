import Claims
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `fallback/upgrade-refused`
    static let fallbackUpgradeRefused = ConformanceCase(
        CaseDescription(
            id: "fallback/upgrade-refused", title: "A refused upgrade leads to sticky polling",
            features: [.fallback, .pollingStickiness],
            proves: "When the nodes refuse upgrades, every Meteor client reaches xhr-polling inside its 10 s and calls "
                + "methods there, all on one node.",
            findings: [.pollingRefused, .pollingNotReached, .sessionMoved, .requestFailed], schedule: .alone(seconds: 1)
        ),
        workload: { stage in try await FallbackWorkload.run(stage, .refuseUpgrade) },
        judge: FallbackWorkload.judge)
}
