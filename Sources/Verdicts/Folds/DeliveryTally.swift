/// How often each thing was wrong with the messages of many sessions; exact, and sums are those of all together.
package struct DeliveryTally: Sendable, Hashable, Codable {
    /// Messages that nobody had sent.
    package var unexpected = 0
    /// Messages whose bytes were not those sent.
    package var altered = 0
    /// Second copies on one connection.
    package var duplicated = 0
    /// Copies on a later connection that no promise allows.
    package var replayed = 0
    /// Copies on a later connection that the promise allows.
    package var repeated = 0
    /// Messages that came after a later one.
    package var reordered = 0
    /// Messages of an earlier connection.
    package var stale = 0
    /// Messages lost of which a later one came.
    package var lostBetween = 0
    /// Messages lost behind the last one that came.
    package var lostAtEnd = 0
    /// Sessions that went beyond the limit of what can be told.
    package var untellable = 0
    /// Messages of those, of which nothing is told.
    package var untold = 0

    /// Nothing so far.
    package init() {}

    /// Counts what became of a message.
    package mutating func add(_ receipt: DeliveryReceipt) {
        switch receipt {
        case .sound: break
        case .repeated: repeated += 1
        case .untold: untold += 1
        case .wrong(let violation): add(violation)
        }
    }

    /// Counts a violation.
    package mutating func add(_ violation: DeliveryViolation) {
        switch violation {
        case .unexpected: unexpected += 1
        case .altered: altered += 1
        case .duplicated: duplicated += 1
        case .replayed: replayed += 1
        case .reordered: reordered += 1
        case .stale: stale += 1
        case .untellable: untellable += 1
        }
    }

    /// Counts what was lost.
    package mutating func add(_ loss: DeliveryLoss) {
        lostBetween += loss.gaps.count
        lostAtEnd += loss.unseen.count
    }

    /// Adds what others counted.
    package mutating func add(_ other: DeliveryTally) {
        unexpected += other.unexpected
        altered += other.altered
        duplicated += other.duplicated
        replayed += other.replayed
        repeated += other.repeated
        reordered += other.reordered
        stale += other.stale
        lostBetween += other.lostBetween
        lostAtEnd += other.lostAtEnd
        untellable += other.untellable
        untold += other.untold
    }
}
