package import History

/// Whether one client's session goes on over its connections: what ends it, begins it anew or puts it on another transport
/// while nothing is wrong with its node, how often it tries to be back, and how long a fault costs it.
///
/// Its driver tells it each opening, each end, each attempt to open again, and when anything comes. The owner counts as away
/// for what happens at a moment if a fault of ours touched it at any time since something last came.
package struct ContinuityFold: Sendable {
    private enum Phase: Sendable {
        /// It did not open so far, or its client has left.
        case idle
        /// It is open, and nothing is owed to it.
        case open
        /// Its connection ended, and it is not back.
        case ended
        /// It is back, and nothing came so far.
        case reopened
    }

    /// How often it opened again after an end that its client did not ask for.
    package private(set) var reconnects: UInt32 = 0
    /// Attempts to open since its connection ended.
    package private(set) var attempts: UInt32 = 0
    private var phase = Phase.idle
    /// The node that has it; nil where that is unknown.
    private var owner: NameNumber?
    /// What the server calls it, in 64 bits.
    private var session: UInt64?
    private var openedAt = HistoryTime(nanoseconds: .min)
    /// When something last came.
    private var heardAt = HistoryTime(nanoseconds: .min)
    /// When the fault began that took it off its node, or when its connection ended without one.
    private var lostAt = HistoryTime(nanoseconds: .min)
    /// When its first connection after that ended.
    private var endedAt = HistoryTime(nanoseconds: .min)

    /// A session that did not open so far.
    package init() {}

    /// Something came of the session: the first such thing after a loss ends it.
    ///
    /// - Returns: what the loss cost, if one ends.
    package mutating func hear(at time: HistoryTime) -> Recovery? {
        heardAt = time
        guard phase == .reopened else { return nil }
        phase = .open
        defer { attempts = 0 }
        return Recovery(
            notice: .came(after: endedAt - lostAt), reconnect: .came(after: openedAt - lostAt),
            resume: .came(after: time - lostAt), attempts: attempts)
    }

    /// An attempt to open begins.
    ///
    /// - Returns: the violation, once for a loss, if there are more in that time than the client's back-off allows.
    package mutating func attempt(at time: HistoryTime, allowance: AttemptAllowance) -> ContinuityViolation? {
        guard phase == .ended else { return nil }
        attempts &+= 1
        guard attempts == allowance.attempts &+ 1, time - endedAt <= allowance.duration else { return nil }
        return .stormed(attempts: attempts, in: allowance.duration)
    }

    /// The connection ended.
    ///
    /// - Parameters:
    ///   - time: when.
    ///   - cause: what ended it; after an end by its client the session owes nothing.
    ///   - outages: when nodes were away.
    /// - Returns: the violation, if the owner was there.
    package mutating func end(
        at time: HistoryTime, cause: EndCause, outages: NodeOutages
    ) -> ContinuityViolation? {
        guard phase == .open || phase == .reopened else { return nil }
        guard cause != .client else {
            (phase, attempts) = (.idle, 0)
            return nil
        }
        let outage = outages.first(of: owner, in: ClosedRange(between: heardAt, and: time))
        // A loss that goes on: what ended here was no more than an attempt.
        if phase == .open { (lostAt, endedAt) = (outage?.from ?? time, time) }
        phase = .ended
        return outage == nil ? .ended(on: owner, cause: cause) : nil
    }

    /// Nothing can come any more, and the client goes.
    ///
    /// - Returns: what a loss cost so far that did not end; nil without one.
    package mutating func drain(at time: HistoryTime, outages: NodeOutages) -> Recovery? {
        defer { phase = .idle }
        switch phase {
        case .idle: return nil
        case .open:
            guard let outage = outages.first(of: owner, in: ClosedRange(between: heardAt, and: time)),
                outage.backAt == nil
            else { return nil }
            return Recovery(unnoticedSince: time - outage.from)
        case .ended:
            return Recovery(
                notice: .came(after: endedAt - lostAt), reconnect: .unseen(since: time - lostAt),
                resume: .unseen(since: time - lostAt), attempts: attempts)
        case .reopened:
            return Recovery(
                notice: .came(after: endedAt - lostAt), reconnect: .came(after: openedAt - lostAt),
                resume: .unseen(since: time - lostAt), attempts: attempts)
        }
    }
}

extension ContinuityFold {
    /// The session opens, or opens again.
    ///
    /// - Parameters:
    ///   - opening: how.
    ///   - outages: when nodes were away.
    /// - Returns: what is wrong with that; as a rule nothing.
    package mutating func open(_ opening: SessionOpening, outages: NodeOutages) -> [ContinuityViolation] {
        var violations: [ContinuityViolation] = []
        if phase != .idle, let session, let new = opening.session, session != new,
            outages.first(of: owner, in: ClosedRange(between: heardAt, and: opening.openedAt)) == nil,
            !(owner.map { outages.endedSessions(of: $0, in: ClosedRange(between: openedAt, and: opening.openedAt)) }
                ?? false)
        {
            violations.append(.reset(on: owner, to: opening.owner))
        }
        if opening.transport != opening.wanted,
            outages.first(of: nil, in: ClosedRange(between: opening.attemptedAt, and: opening.openedAt)) == nil
        {
            violations.append(.fellBack(from: opening.wanted, to: opening.transport))
        }
        if phase == .ended { reconnects &+= 1 }
        phase = phase == .idle || phase == .open ? .open : .reopened
        (owner, session) = (opening.owner, opening.session)
        (openedAt, heardAt) = (opening.openedAt, opening.openedAt)
        return violations
    }
}

/// How a session opened.
package struct SessionOpening: Sendable {
    /// When its client began to try this time, over whatever transport first.
    package var attemptedAt: HistoryTime
    /// When it was open.
    package var openedAt: HistoryTime
    /// The node that has it, where it said so.
    package var owner: NameNumber?
    /// What the server calls it, in 64 bits; nil where it gives no name that would tell whether it is the one of before.
    package var session: UInt64?
    /// What carries it.
    package var transport: SessionTransport
    /// What its client wanted it to be carried by.
    package var wanted: SessionTransport

    /// An opening.
    package init(
        attemptedAt: HistoryTime, openedAt: HistoryTime, owner: NameNumber?, session: UInt64? = nil,
        transport: SessionTransport, wanted: SessionTransport
    ) {
        self.attemptedAt = attemptedAt
        self.openedAt = openedAt
        self.owner = owner
        self.session = session
        self.transport = transport
        self.wanted = wanted
    }
}

/// How often a client may try to be back within some time after its connection ended.
package struct AttemptAllowance: Sendable, Hashable {
    /// So many attempts.
    package var attempts: UInt32
    /// In this time.
    package var duration: Duration

    /// So many in this time.
    package init(attempts: UInt32, in duration: Duration) {
        self.attempts = attempts
        self.duration = duration
    }
}
