public import Claims

/// One thing that is wrong with the balancer, with the cases that fall with it.
public struct Cause: Sendable, Hashable, Encodable {
    /// What sort of thing.
    public var kind: CauseKind
    /// What is wrong, in a sentence.
    public var message: String
    /// What of the histories shows it, the balancer's own words included.
    public var evidence: [Evidence]
    /// The line to change; nil where nobody knows it.
    public var remedy: String?
    /// What of it stands in the configuration already, and so does not do what it should; empty where nobody knows.
    public var present: [String]
    /// The cases that fall with it, in the order of the catalogue.
    public var cases: [String]

    /// A cause.
    public init(
        kind: CauseKind, message: String, evidence: [Evidence] = [], remedy: String? = nil, present: [String] = [],
        cases: [String]
    ) {
        self.kind = kind
        self.message = message
        self.evidence = evidence
        self.remedy = remedy
        self.present = present
        self.cases = cases
    }
}
