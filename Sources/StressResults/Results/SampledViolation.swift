/// One violation of many, with what led to it.
public struct SampledViolation: Codable, Sendable, Hashable {
    /// Its kind, by the code that `verify` finds it under.
    public var code: String
    /// What it speaks for, one of the causes that `verify` tells, such as `affinity-none`.
    public var cause: String
    /// What was expected and what came, in a sentence.
    public var message: String
    /// The client, by its number from 0.
    public var client: Int
    /// When, in seconds from the beginning of the run.
    public var at: Double
    /// What the client did and saw last, oldest first.
    public var evidence: [String]

    /// A violation.
    public init(
        code: String, cause: String = "unexplained", message: String, client: Int, at: Double, evidence: [String]
    ) {
        self.code = code
        self.cause = cause
        self.message = message
        self.client = client
        self.at = at
        self.evidence = evidence
    }
}
