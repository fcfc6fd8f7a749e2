/// How often each thing was wrong with how many sessions went on; exact, and sums are those of all together.
package struct ContinuityTally: Sendable, Hashable, Codable {
    /// Connections that ended while their node was there.
    package var ended = 0
    /// Sessions that began anew while the node was there that had them.
    package var reset = 0
    /// Openings over another transport than was wanted, while no node was away.
    package var fellBack = 0
    /// Losses after which a client tried more often than its back-off allows.
    package var stormed = 0

    /// Nothing so far.
    package init() {}

    /// Counts a violation.
    package mutating func add(_ violation: ContinuityViolation) {
        switch violation {
        case .ended: ended += 1
        case .reset: reset += 1
        case .fellBack: fellBack += 1
        case .stormed: stormed += 1
        }
    }

    /// Adds what others counted.
    package mutating func add(_ other: ContinuityTally) {
        ended += other.ended
        reset += other.reset
        fellBack += other.fellBack
        stormed += other.stormed
    }
}
