import History

/// Turns the history of a case into its result; the whole verdict, and nothing but the history goes in.
public struct CaseJudge: Sendable {
    /// The case.
    public var description: CaseDescription
    /// What is concluded from one pass of its workload.
    public var judge: @Sendable (RunHistory) -> Judgement

    /// A judge of this case.
    public init(description: CaseDescription, judge: @escaping @Sendable (RunHistory) -> Judgement) {
        self.description = description
        self.judge = judge
    }

    /// The verdict on this history.
    ///
    /// - Parameter interruption: why the workload did not come to its end, if it did not.
    public func result(of history: RunHistory, interruption: String? = nil) -> CaseResult {
        if description.hasControl {
            let control = history.phase(RunPhase.control)
            let judgement = judge(control).excusingOwnStalls(in: history)
            let (verdict, reason) = judgement.verdict(level: .must)
            if verdict != .pass {
                let what = interruption ?? "straight to a node, without a balancer, the same failed: \(reason)"
                return CaseResult(
                    description: description, verdict: .inconclusive, reason: what, findings: judgement.findings)
            }
        }
        var judgement = judge(history.phase(RunPhase.balancer)).excusingOwnStalls(in: history)
        judgement.doubt = interruption ?? judgement.doubt
        if history.isTruncated { judgement.doubt = judgement.doubt ?? "a log was full, so the history is incomplete" }
        let (verdict, reason) = judgement.verdict(level: description.level)
        return CaseResult(description: description, verdict: verdict, reason: reason, findings: judgement.findings)
    }
}

/// The two passes of a workload, as phases of the history.
public enum RunPhase {
    /// Straight to a node.
    public static let control = "control"
    /// Through the balancer.
    public static let balancer = "balancer"
}
