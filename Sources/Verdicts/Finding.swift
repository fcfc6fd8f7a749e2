public import History

/// One violation a checker saw.
public struct Finding: Encodable, Sendable, Hashable {
    /// What kind of violation.
    public var code: FindingCode
    /// What was expected and what came, in a sentence.
    public var message: String
    /// What of the history shows it.
    public var evidence: [Evidence]
    /// For a finding that is only a missed deadline: the time the peer was given. Not part of reports.
    public var deadline: ClosedRange<HistoryTime>?

    private enum CodingKeys: String, CodingKey { case code, message, evidence }

    /// A violation with what shows it.
    public init(
        _ code: FindingCode, _ message: String, evidence: [Evidence] = [], deadline: ClosedRange<HistoryTime>? = nil
    ) {
        self.code = code
        self.message = message
        self.evidence = evidence
        self.deadline = deadline
    }
}
