import NIOConcurrencyHelpers

/// How often the method `increment` ran on a node, by key; the counts outlive a boot, so that they tell of every run.
final class MethodCounts: Sendable {
    /// Keys that are told apart; further ones are refused.
    static let keyLimit = 100_000
    /// UTF-8 bytes of a key.
    static let keyBytes = 256

    private let counts = NIOLockedValueBox<[String: Int]>([:])

    /// Every key and its count.
    var all: [String: Int] { counts.withLockedValue { $0 } }

    /// Counts one more run of a key and returns how many that makes; nil if the key is too long or one too many.
    func increment(_ key: String) -> Int? {
        guard key.utf8.count <= Self.keyBytes else { return nil }
        return counts.withLockedValue { counts in
            guard counts.count < Self.keyLimit || counts[key] != nil else { return nil }
            counts[key, default: 0] += 1
            return counts[key]
        }
    }
}
