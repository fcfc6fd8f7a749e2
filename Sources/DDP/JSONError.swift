/// How much JSON a parser takes from a stranger.
public struct JSONLimits: Sendable, Hashable {
    /// Arrays and objects inside one another.
    public var depth: Int
    /// UTF-8 bytes of the whole text.
    public var bytes: Int

    /// Limits; depth 100 and 16 MiB unless told otherwise.
    public init(depth: Int = 100, bytes: Int = 1 << 24) {
        self.depth = depth
        self.bytes = bytes
    }
}

/// A text that is not JSON, or too much of it.
public struct JSONError: Error, Hashable, CustomStringConvertible {
    /// What should have stood there.
    public var expected: String
    /// Byte at which it did not.
    public var offset: Int

    /// What was expected, and where.
    public var description: String { "expected \(expected) at byte \(offset) of the JSON text" }
}
