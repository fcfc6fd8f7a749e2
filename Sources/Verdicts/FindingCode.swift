public import Claims

/// A kind of violation; declared beside the checker that finds it.
///
/// Its name is part of the report format. Codes of one name are the same.
public struct FindingCode: Sendable {
    /// The name, in kebab case.
    public let rawValue: String
    /// The cause that a finding of this kind speaks for.
    public let cause: CauseKind
    /// Whether it does so whatever else was seen in its case. Where it does not, since many things can bring it about, it
    /// follows the most fundamental sign in the history of its case.
    public let isCertain: Bool
    /// As how binding a violation of this kind counts at most, whatever the level of its case.
    public let greatestLevel: CaseDescription.Level
    /// A deeper cause that brings such violations with it: where another case of the run shows it, this one falls with it.
    public let followsFrom: CauseKind?

    /// A kind of violation.
    public init(
        _ name: String, _ cause: CauseKind, isCertain: Bool = false, greatestLevel: CaseDescription.Level = .must,
        followsFrom: CauseKind? = nil
    ) {
        rawValue = name
        self.cause = cause
        self.isCertain = isCertain
        self.greatestLevel = greatestLevel
        self.followsFrom = followsFrom
    }
}

extension FindingCode: Hashable {
    /// Whether both have one name.
    public static func == (left: FindingCode, right: FindingCode) -> Bool { left.rawValue == right.rawValue }

    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}

extension FindingCode: Encodable {
    /// Writes the name.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
