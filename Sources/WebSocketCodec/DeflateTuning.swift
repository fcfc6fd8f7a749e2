/// What one end decides for itself about permessage-deflate; the peer never learns of it.
public struct DeflateTuning: Hashable, Sendable {
    /// How a peer's distances beyond the agreed window are dealt with.
    public enum WindowEnforcement: Hashable, Sendable {
        /// Refused where zlib notices, which is not within a message that fits in one output step.
        case bestEffort
        /// Every one is refused, by inflating byte by byte if the agreed window is smaller than 32 KiB; several times
        /// slower then.
        case exact
    }

    /// zlib's level, 0 (stored) to 9; default 6.
    public var compressionLevel: Int
    /// zlib's memory level, 1 (9 KiB with a small window) to 9; default 8 (268 KB with 15 bits).
    public var memoryLevel: Int
    /// Bits of the compressor's window if fewer than agreed are wanted, 8–15; default 15.
    public var windowBits: Int
    /// Messages with fewer bytes than this are sent uncompressed; default 128.
    public var minimumBytes: Int
    /// How the agreed window is enforced; default `.bestEffort`.
    public var windowEnforcement: WindowEnforcement

    /// Tuning; values outside their range are brought into it.
    public init(
        compressionLevel: Int = 6, memoryLevel: Int = 8, windowBits: Int = 15, minimumBytes: Int = 128,
        windowEnforcement: WindowEnforcement = .bestEffort
    ) {
        self.compressionLevel = min(max(compressionLevel, 0), 9)
        self.memoryLevel = min(max(memoryLevel, 1), 9)
        self.windowBits = DeflateParameters.clamp(windowBits)
        self.minimumBytes = max(0, minimumBytes)
        self.windowEnforcement = windowEnforcement
    }
}
