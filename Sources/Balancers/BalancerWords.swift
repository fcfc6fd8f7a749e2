package import Clocks

/// What a balancer wrote since it was last asked.
package struct BalancerWords: Sendable, Hashable {
    /// Its lines in the order in which they came.
    package var lines: [Line] = []
    /// Lines that were not kept, since it wrote more than may be kept.
    package var dropped = 0

    /// One line, and when it came.
    package struct Line: Sendable, Hashable {
        /// When it was read.
        package var time: MonotonicClock.Instant
        /// The line without its end, cut to ``BalancerWords/longestLine``. Control characters are kept: it is data.
        package var text: String
    }

    /// Most bytes of a line that are kept.
    package static let longestLine = 1_024
    /// Most lines that are kept.
    package static let mostLines = 2_000
    /// Most bytes that are kept of all lines together.
    package static let mostBytes = 262_144
}
