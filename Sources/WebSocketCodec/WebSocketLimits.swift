/// How much of a peer's data this end accepts. All limits are inclusive.
public struct WebSocketLimits: Hashable, Sendable {
    /// The highest value of both byte limits, 1 GiB: a message is one `ByteBuffer`, and one in pieces is held to
    /// the same.
    public static let highestByteLimit = 1 << 30

    /// Bytes of one message after unmasking and inflating; default 16 MiB. It holds for
    /// a message in pieces, too: the pieces together.
    public var maximumMessageBytes: Int { didSet { maximumMessageBytes = Self.bytes(maximumMessageBytes) } }
    /// Payload bytes of one frame on the wire; default 16 MiB.
    public var maximumFrameBytes: Int { didSet { maximumFrameBytes = Self.bytes(maximumFrameBytes) } }
    /// Frames of one message; default 131 072 (65 536 are legal traffic, a flood of empty ones is not).
    public var maximumFragments: Int

    /// Limits with the defaults named at each property; values outside 0…`highestByteLimit` are brought into it.
    public init(
        maximumMessageBytes: Int = 16 << 20, maximumFrameBytes: Int = 16 << 20, maximumFragments: Int = 131_072
    ) {
        self.maximumMessageBytes = Self.bytes(maximumMessageBytes)
        self.maximumFrameBytes = Self.bytes(maximumFrameBytes)
        self.maximumFragments = max(0, maximumFragments)
    }

    private static func bytes(_ limit: Int) -> Int { min(max(0, limit), highestByteLimit) }
}
