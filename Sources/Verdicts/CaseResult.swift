public import Claims

/// What a run says about one case.
public struct CaseResult: Sendable, Hashable {
    /// The case.
    public var description: CaseDescription
    /// Its verdict.
    public var verdict: Verdict
    /// Why, in a sentence.
    public var reason: String
    /// How long it ran, in seconds.
    public var durationSeconds: Double
    /// Violations seen, each with evidence.
    public var findings: [Finding]
    /// What each fault cost the clients; information.
    package var faults: [FaultEffect] = []
    /// What to change, when it did not pass.
    public var remedy: String?
    /// The cause with which it falls, one of the report's; nil where there is none.
    public var causedBy: CauseKind?

    /// The reason of a case that an end of the whole run cut off.
    public static let interrupted = "the run was interrupted"

    /// A result.
    public init(
        description: CaseDescription, verdict: Verdict, reason: String, durationSeconds: Double = 0,
        findings: [Finding] = [], remedy: String? = nil
    ) {
        self.description = description
        self.verdict = verdict
        self.reason = reason
        self.durationSeconds = durationSeconds
        self.findings = findings
        self.remedy = remedy
    }
}
