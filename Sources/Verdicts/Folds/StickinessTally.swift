/// What became of requests that belong to the owners of many sessions; exact, and sums are those of all together.
///
/// A session is wrong once for each opening at most, so violations count openings, and of those a rate can be told; requests
/// of one session depend on each other.
package struct StickinessTally: Sendable, Hashable, Codable {
    /// Openings of sessions whose owner is known.
    package var openings = 0
    /// Openings whose owner is not known, so that nothing is told of them.
    package var ownerless = 0
    /// Requests that the owner answered as it should.
    package var sound = 0
    /// Requests that a fault of ours excuses.
    package var excused = 0
    /// Openings of which another node had a request.
    package var moved = 0
    /// Openings of which the balancer itself answered a request.
    package var answeredByBalancer = 0
    /// Openings of which the owner answered a request with something else than 200 or 204.
    package var refused = 0
    /// Openings of which a request got no answer.
    package var failed = 0

    /// Nothing so far.
    package init() {}

    /// Openings with a violation of any kind.
    package var wrong: Int { moved + answeredByBalancer + refused + failed }

    /// Counts an opening by its owner.
    package mutating func addOpening(on owner: NameNumber?) {
        if owner == nil { ownerless += 1 } else { openings += 1 }
    }

    /// Counts what became of a request.
    package mutating func add(_ receipt: StickinessReceipt) {
        switch receipt {
        case .sound: sound += 1
        case .excused: excused += 1
        case .consequence, .ownerless: break
        case .wrong(let violation):
            switch violation.wrong {
            case .moved, .failedElsewhere: moved += 1
            case .answeredByBalancer: answeredByBalancer += 1
            case .refused: refused += 1
            case .failed: failed += 1
            }
        }
    }

    /// Adds what others counted.
    package mutating func add(_ other: StickinessTally) {
        openings += other.openings
        ownerless += other.ownerless
        sound += other.sound
        excused += other.excused
        moved += other.moved
        answeredByBalancer += other.answeredByBalancer
        refused += other.refused
        failed += other.failed
    }
}
