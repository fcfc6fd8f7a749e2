package import History

/// Whether the requests of one session are answered by the node that opened it.
///
/// A session is judged from each opening to the next one, up to its first violation, since what comes after follows from
/// it. It is not blamed on anybody where its owner was away at any time between the sending and the end of a request, nor
/// once it may have gone with its owner, or moved while its owner was away, until it opens again.
package struct StickinessFold: Sendable {
    private enum State: Sendable {
        case unopened
        case held
        /// It lost its owner by a fault of ours.
        case lost
        /// It was told that it is broken.
        case broken
    }

    /// The node that opened it; nil before it opened, and where the node is unknown.
    package private(set) var owner: NameNumber?
    private var state = State.unopened
    private var openedAt = HistoryTime(nanoseconds: .min)

    /// A session that did not open so far.
    package init() {}

    /// The session opens, or opens again.
    package mutating func open(on owner: NameNumber?, at time: HistoryTime) {
        self.owner = owner
        state = .held
        openedAt = time
    }

    /// A request that belongs to the owner ended.
    ///
    /// - Parameters:
    ///   - end: how.
    ///   - kind: what kind of request it was, for sentences.
    ///   - stretch: from its sending to its end.
    ///   - outages: when nodes were away.
    package mutating func end(
        _ end: RequestEnd, of kind: NameNumber, during stretch: ClosedRange<HistoryTime>, outages: NodeOutages
    ) -> StickinessReceipt {
        guard state != .unopened, let owner else { return .ownerless }
        switch state {
        case .broken: return .consequence
        case .lost: return .excused
        case .held, .unopened: break
        }
        guard let wrong = end.violation(owner: owner) else { return .sound }
        if outages.endedSessions(of: owner, in: openedAt...max(openedAt, stretch.upperBound)) {
            state = .lost
            return .excused
        }
        if outages.first(of: owner, in: stretch) != nil {
            if wrong.isMove { state = .lost }
            return .excused
        }
        state = .broken
        return .wrong(StickinessViolation(owner: owner, kind: kind, wrong: wrong))
    }
}

/// How a request ended that belongs to the owner of its session.
package enum RequestEnd: Sendable, Hashable {
    /// With an answer of this status by this node; nil where the answer names none.
    case answered(status: Int, by: NameNumber?)
    /// Without one; with a node other than the owner that executed it, if one is known.
    case failed(elsewhere: NameNumber?)

    fileprivate func violation(owner: NameNumber) -> StickinessViolation.Wrong? {
        switch self {
        case .answered(let status, let node?) where node != owner: .moved(to: node, status: status)
        case .answered(let status, nil): .answeredByBalancer(status: status)
        case .answered(200, _), .answered(204, _): nil
        case .answered(let status, _): .refused(status: status)
        case .failed(let elsewhere?): .failedElsewhere(elsewhere)
        case .failed(nil): .failed
        }
    }
}

/// What the end of a request says of the stickiness of its session.
package enum StickinessReceipt: Sendable, Hashable {
    /// The owner answered as it should.
    case sound
    /// It did not, and a fault of ours is the reason.
    case excused
    /// Nothing is said of it, since the session is broken already.
    case consequence
    /// Nothing can be said, since nobody knows who owns the session.
    case ownerless
    /// It is wrong, for the first time since the session opened.
    case wrong(StickinessViolation)
}
