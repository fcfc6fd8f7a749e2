import SockJS

/// Draws the marks of one client's requests, a pure function of the run's seed and the client's name. Its clock stands
/// somewhere in 2026 and moves on with each request alone.
struct MarkGenerator: Sendable {
    private static let newYear2026: Int64 = 1_767_225_600_000
    private static let year: Int64 = 365 * 86_400_000

    // Not the generator of all else that the client draws: other requests must not change its sessions' names.
    private var random: ClientRandom
    private var milliseconds: Int64

    init(seed: UInt64, name: String) {
        random = ClientRandom(seed: seed, name: "\(name) marks")
        milliseconds = Self.newYear2026 + Int64.random(in: 0..<Self.year, using: &random)
    }

    mutating func next() -> ClientRequestMarks {
        milliseconds += Int64.random(in: 1...50, using: &random)
        return .random(milliseconds: milliseconds, using: &random)
    }
}
