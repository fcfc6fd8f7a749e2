/// How much JSON a parser takes from a stranger.
public struct JSONLimits: Sendable, Hashable {
    /// Arrays and objects inside one another; at most 512, which the stack bears.
    public var depth: Int
    /// UTF-8 bytes of the whole text.
    public var bytes: Int

    /// Limits; depth 100 and 16 MiB unless told otherwise.
    public init(depth: Int = 100, bytes: Int = 1 << 24) {
        self.depth = depth
        self.bytes = bytes
    }

    /// Bytes of one number. Doubles need 17 digits; JavaScript takes any.
    static let numberBytes = 1024
    static let greatestDepth = 512
}
