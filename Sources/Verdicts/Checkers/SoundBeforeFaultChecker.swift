import History

/// Sessions open and hold before any fault is injected; where they don't, nothing can fail over.
public struct SoundBeforeFaultChecker: Sendable {
    /// A checker.
    public init() {}

    /// Judges what happened before the first fault; soundness is no observation by itself.
    public func judge(_ history: RunHistory) -> Judgement {
        let before = RunHistory(
            events: Array(
                history.events.prefix {
                    if case .faultInjected = $0.kind { return false }
                    return true
                }))
        let judgement =
            OpenedSessionsChecker(least: 2).judge(before) + AttemptChecker().judge(before)
            + StickinessChecker().judge(before)
        return Judgement(
            observations: 0,
            findings: judgement.findings.prefix(StickinessChecker.findingLimit).map { finding in
                Finding(
                    finding.code, "before any fault: \(finding.message)", evidence: finding.evidence,
                    deadline: finding.deadline)
            }, doubt: judgement.doubt)
    }
}
