/// How much of a peer's data this end accepts. All limits are inclusive.
public struct WebSocketLimits: Hashable, Sendable {
    /// Bytes of one message after unmasking and inflating; default 16 MiB.
    public var maximumMessageBytes: Int
    /// Payload bytes of one frame on the wire; default 16 MiB.
    public var maximumFrameBytes: Int
    /// Frames of one message; default 131 072 (65 536 are legal traffic, a flood of empty ones is not).
    public var maximumFragments: Int

    /// Limits with the defaults named at each property; negative values count as 0.
    public init(
        maximumMessageBytes: Int = 16 << 20, maximumFrameBytes: Int = 16 << 20, maximumFragments: Int = 131_072
    ) {
        self.maximumMessageBytes = max(0, maximumMessageBytes)
        self.maximumFrameBytes = max(0, maximumFrameBytes)
        self.maximumFragments = max(0, maximumFragments)
    }
}
