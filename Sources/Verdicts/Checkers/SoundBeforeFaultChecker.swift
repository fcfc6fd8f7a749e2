package import History

/// Sessions open and hold before any fault is injected; where they don't, nothing can fail over.
package struct SoundBeforeFaultChecker: HistoryChecker {
    /// A checker.
    package init() {}

    /// Judges what happened before the first fault; soundness is no observation by itself.
    package func judge(_ history: HistoryView) -> Judgement {
        let before = history.beforeFaults
        var doubt: String?
        // Those a workload dropped before the fault can't show what the fault does to them.
        if let fault = history.firstFault {
            let sound = history.soundSessions(at: fault.time)
            doubt = before.sessions.first { !sound.contains($0.opened.session) }.map {
                "session \($0.opened.session) opened, but got no message back or was closed before any fault"
            }
        }
        let judgement =
            Judgement.joining(
                OpenedSessionsChecker(least: 2).judge(before), AttemptChecker().judge(before),
                StickinessChecker().judge(before))
        return Judgement(
            observations: 0,
            findings: judgement.findings.prefix(StickinessChecker.findingLimit).map { finding in
                Finding(
                    finding.code, "before any fault: \(finding.message)", evidence: finding.evidence,
                    deadline: finding.deadline)
            }, doubt: judgement.doubt ?? doubt)
    }
}
