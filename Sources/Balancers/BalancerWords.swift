/// What a balancer wrote since it was last asked.
public struct BalancerWords: Sendable, Hashable {
    /// Its lines in the order in which they came.
    public var lines: [Line] = []
    /// Lines that were not kept, since it wrote more than may be kept.
    public var dropped = 0

    /// One line, and when it came.
    public struct Line: Sendable, Hashable {
        /// When it was read.
        public var time: ContinuousClock.Instant
        /// The line without its end, cut to ``BalancerWords/longestLine``. Control characters are kept: it is data.
        public var text: String
    }

    /// Most bytes of a line that are kept.
    public static let longestLine = 1_024
    /// Most lines that are kept.
    public static let mostLines = 2_000
    /// Most bytes that are kept of all lines together.
    public static let mostBytes = 262_144
}
