package import Claims
package import History

/// Turns the history of a case into its result; the whole verdict, and nothing but the history goes in.
package struct CaseJudge: Sendable {
    /// The case.
    package var description: CaseDescription
    /// What is concluded from one pass of its workload.
    package var judge: @Sendable (HistoryView) -> Judgement

    /// A judge of this case.
    package init(description: CaseDescription, judge: @escaping @Sendable (HistoryView) -> Judgement) {
        self.description = description
        self.judge = judge
    }

    /// The result of a case from the whole record of it, its end included; equal whenever and wherever it is asked.
    ///
    /// - Parameter claims: what the balancer is held to, for what to change.
    package func result(ofRecorded history: RunHistory, claims: ClaimSheet) -> CaseResult {
        var result =
            switch history.end?.ending {
            case nil: result(of: history, interruption: "the record breaks off before the case ended")
            case .completed: result(of: history)
            case .cutOff(let reason): result(of: history, interruption: reason)
            case .unserved(let reason):
                CaseResult(
                    description: description, verdict: .fail, reason: reason,
                    findings: [Finding(.balancerSilent, reason)])
            case .broken(let reason): CaseResult(description: description, verdict: .inconclusive, reason: reason)
            case .unsupported(let reason): CaseResult(description: description, verdict: .unsupported, reason: reason)
            }
        result.durationSeconds = history.end?.seconds ?? 0
        if let earlier = history.end?.earlier { result.reason += "; run again, since the first time \(earlier)" }
        // Whoever serves nobody has no line of this case's to change.
        if [.fail, .warning].contains(result.verdict), result.findings.first?.code != .balancerSilent {
            result.remedy = claims.remedy(for: description)
        }
        return result
    }

    /// The verdict on this history.
    ///
    /// A history that breaks off or has gaps proves nothing: what looks like a loss may be our own. Findings from it are
    /// shown, but the verdict is `inconclusive`.
    ///
    /// - Parameter interruption: why the workload did not come to its end, if it did not.
    package func result(of history: RunHistory, interruption: String? = nil) -> CaseResult {
        let history = history.view
        let gap =
            interruption ?? (history.isTruncated ? "a log was full, so the history is incomplete" : nil)
            ?? history.exhaustion
        if description.hasControl {
            let control = judge(history.phase(RunPhase.control).ownEvents).excusingOwnStalls(in: history)
            let (verdict, reason) = control.verdict(level: .must)
            if verdict == .unobservable, gap == nil {
                return CaseResult(description: description, verdict: .unobservable, reason: reason)
            }
            if verdict != .pass {
                return CaseResult(
                    description: description, verdict: .inconclusive,
                    reason: gap ?? "straight to a node, without a balancer, the same failed: \(reason)",
                    findings: control.findings)
            }
        }
        let judgement = judgement(of: history)
        // A healthy node that stood still may have failed a health check, and then the balancer did right.
        let stalledNode =
            judgement.findings.isEmpty ? nil : history.stalledNode.map { $0 + "; run again on a quieter machine" }
        let (verdict, reason) =
            (gap ?? stalledNode).map { (.inconclusive, $0) } ?? judgement.verdict(level: description.level)
        var result = CaseResult(
            description: description, verdict: verdict, reason: reason, findings: judgement.findings)
        result.faults = history.faultEffects
        return result
    }
}

extension CaseJudge {
    /// What is concluded from the pass through the balancer, apart from what we ourselves brought about.
    private func judgement(of history: HistoryView) -> Judgement {
        let pass = history.phase(RunPhase.balancer).ownEvents
        let judgement = judge(pass).excusingOwnStalls(in: history)
        guard !judgement.findings.isEmpty else { return judgement }
        let lapsed = pass.lapsedSessions
        guard let longest = lapsed.values.max() else { return judgement }
        var rest = judge(pass.without(sessions: lapsed.keys)).excusingOwnStalls(in: history)
        rest.doubt =
            rest.doubt
            ?? "our own clients were silent for up to \(longest.inWords), in which SockJS gives sessions up; run again on a "
            + "quieter machine"
        return rest
    }
}

/// The two passes of a workload, as phases of the history.
package enum RunPhase {
    /// Straight to a node.
    package static let control = "control"
    /// Through the balancer.
    package static let balancer = "balancer"
}

extension FindingCode {
    /// The balancer serves nobody, or answers nothing.
    public static let balancerSilent = FindingCode("balancer-silent", .reachability, isCertain: true)
}
