import Claims
import StressResults
import Verdicts

extension ClaimSheet {
    /// What to change for what a run found, by its code.
    func remedies(for result: StressResult) -> [String: String] {
        // Where the upgrade is forwarded for some, its line is right, and others fell back for want of something else.
        let forwards = result.counts.openedOn.contains {
            $0.value > 0 && StressTransport(name: $0.key)?.isOverRequests == false
        }
        return remedies(for: result.samples.filter { !forwards || $0.cause != CauseKind.upgrade.rawValue })
    }

    /// What to change for these violations, by their codes: only for those of the most fundamental cause among them, since
    /// it brings the others with it as often as not.
    func remedies(for samples: [SampledViolation]) -> [String: String] {
        let causes = Set(samples.compactMap { CauseKind(rawValue: $0.cause) }).subtracting([.unexplained])
        guard let cause = CauseKind.allCases.first(where: causes.contains) else { return [:] }
        var remedies: [String: String] = [:]
        for sample in samples where sample.cause == cause.rawValue {
            remedies[sample.code] = remedy(for: cause, codeNamed: sample.code)
        }
        return remedies
    }
}
