/// Draws what tells a client's requests apart.
///
/// The client's clock starts at a drawn moment of 2026 and goes on by up to 50 ms a request: a query of the true time
/// would differ from run to run.
public struct MarkGenerator: Sendable {
    private static let newYear2026: Int64 = 1_767_225_600_000
    private static let year: Int64 = 365 * 86_400_000

    private var random: any RandomNumberGenerator & Sendable
    private var milliseconds: Int64

    /// Marks that follow from what `random` draws.
    public init(using random: any RandomNumberGenerator & Sendable) {
        var random = random
        milliseconds = Self.newYear2026 + Int64.random(in: 0..<Self.year, using: &random)
        self.random = random
    }

    /// The marks of the next request.
    public mutating func next() -> ClientRequestMarks {
        milliseconds += Int64.random(in: 1...50, using: &random)
        return .random(milliseconds: milliseconds, using: &random)
    }

    /// Marks of another session of the same client, whose clock is the same: what one session draws does not change what
    /// the other does.
    public mutating func branch(using random: any RandomNumberGenerator & Sendable) -> MarkGenerator {
        // Time passes between the sessions of a client.
        milliseconds += Int64.random(in: 1_000...10_000, using: &self.random)
        var branch = self
        branch.random = random
        return branch
    }
}
