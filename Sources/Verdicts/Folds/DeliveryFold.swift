/// The messages of one direction of one session, each known by a number: what came twice, out of order, altered, from
/// elsewhere or too late, and in the end what did not come.
///
/// The caller tells it, in the order in which they happen, that a connection begins, what is sent on it, what comes, and that
/// it ended. Numbers ascend as they are first sent and don't repeat within a session, save where a message is sent again.
/// They may have gaps: a number that was not sent is expected of nobody.
///
/// - A message is *duplicated* if it came on the same connection before, *replayed* if it came on an earlier one.
/// - It is *reordered* if a greater number came on its connection before; that is not asked of what was sent again behind a
///   greater number.
/// - It is *stale* if it was sent on earlier connections only, comes for the first time, and its promise is
///   ``DeliveryPromise/perConnection``, or an earlier connection had brought a greater number.
/// - It is *lost* if its connection ended without it, or its session was drained where the session outlives connections. Where
///   no more are missing than unexpected messages came, they are taken for those, altered beyond recognition, and not told.
///
/// It keeps runs of numbers: a sound session has three of them in place and allocates nothing, unless `send` is told payloads
/// to compare. What is irregular is kept too, up to a limit of runs and payloads; beyond it a single
/// ``DeliveryViolation/untellable(limit:)`` says that nothing can be told any more.
package struct DeliveryFold: Sendable {
    /// How many runs and payloads are kept at most unless told otherwise.
    package static let usualLimit = 1_024

    private let promise: DeliveryPromise
    private var isTellable = true
    /// Which connection of the session is the latest; 0 before the first.
    private var epoch: UInt32 = 0
    private let limit: Int
    /// Messages of nobody, on this connection where messages die with it.
    private var unexpected = 0
    /// All that was ever sent.
    private var sent = NumberRuns()
    /// What was sent on this connection and did not come so far.
    private var open = NumberRuns()
    /// What came on this connection.
    private var here = NumberRuns()
    /// The greatest number that came for the first time on this connection, and on those before it.
    private var highest = Int.min
    private var highestBefore = Int.min
    /// The greatest number sent on this connection.
    private var lastSent = Int.min
    /// What few sessions need, apart so that the others stay small: one element at most.
    private var aside: [Aside] = []

    private struct Aside: Sendable {
        /// What was sent on earlier connections only and did not come.
        var earlier = NumberRuns()
        /// What was sent again behind a greater number of its connection, so that its order says nothing.
        var unordered = NumberRuns()
        /// What went out under open numbers.
        var payloads: [Int: MessagePayload] = [:]
    }

    /// A session without connections.
    ///
    /// - Parameters:
    ///   - promise: what holds for its messages.
    ///   - limit: how many runs and payloads are kept at most.
    package init(_ promise: DeliveryPromise, limit: Int = DeliveryFold.usualLimit) {
        self.promise = promise
        self.limit = limit
    }

    /// How many different messages were sent.
    package var sentCount: Int { sent.count }

    /// How many runs and payloads it keeps.
    package var kept: Int {
        sent.runCount + open.runCount + here.runCount
            + aside.reduce(0) { $0 + $1.earlier.runCount + $1.unordered.runCount + $1.payloads.count }
    }

    /// A connection begins; the one before it has ended, and all that came on it was told. One that is no later than the
    /// latest changes nothing.
    ///
    /// - Returns: what the one before lost, if `disconnect` was not called.
    package mutating func connect(epoch: UInt32) -> DeliveryLoss? {
        guard epoch > self.epoch else { return nil }
        let loss = disconnect()
        self.epoch = epoch
        if !isTellable, promise == .perConnection {
            self = DeliveryFold(promise, limit: limit)
            self.epoch = epoch
        }
        highestBefore = max(highestBefore, highest)
        (highest, lastSent) = (.min, .min)
        here = NumberRuns()
        if !aside.isEmpty { aside[0].unordered = NumberRuns() }
        if promise == .perConnection { unexpected = 0 }
        return loss
    }

    /// The latest connection ended, and all that came on it was told.
    ///
    /// - Returns: what was lost with it; nil where nothing was, where nothing can be told, and where the session outlives it.
    package mutating func disconnect() -> DeliveryLoss? {
        guard !open.isEmpty else { return nil }
        let loss = promise == .perConnection ? loss(of: open) : nil
        withAside { [open, promise] aside in
            aside.earlier.formUnion(open)
            if promise == .perConnection { aside.payloads = [:] }
        }
        open = NumberRuns()
        return loss
    }

    /// Nothing can come any more on any connection.
    ///
    /// - Returns: what was lost and not told before; nil where nothing was, and where nothing can be told.
    package mutating func drain() -> DeliveryLoss? {
        guard promise != .perConnection else { return disconnect() }
        var missing = aside.first?.earlier ?? NumberRuns()
        missing.formUnion(open)
        if !aside.isEmpty { aside[0].earlier = NumberRuns() }
        open = NumberRuns()
        return missing.isEmpty ? nil : loss(of: missing)
    }

    private func loss(of missing: NumberRuns) -> DeliveryLoss? {
        guard isTellable, missing.count > unexpected else { return nil }
        let (gaps, unseen) = missing.split(below: promise == .perConnection ? highest : max(highest, highestBefore))
        return DeliveryLoss(gaps: gaps, unseen: unseen)
    }
}

extension DeliveryFold {
    /// A message goes out on the latest connection, for the first time or again.
    ///
    /// - Parameter payload: what is in it, for a caller that can't tell by itself what must be in the one that comes.
    /// - Returns: the violation, where more is kept than the limit.
    package mutating func send(_ number: Int, _ payload: MessagePayload? = nil) -> DeliveryViolation? {
        guard isTellable else { return nil }
        if let violation = exceeded() { return violation }
        if sent.insert(number) {
            open.insert(number)
        } else if open.contains(number) || isEarlier(number) {
            withAside { [isBehind = number < lastSent && promise != .perConnection] aside in
                aside.earlier.remove(number)
                if isBehind { aside.unordered.insert(number) }
            }
            open.insert(number)
        } else {
            // It has come, and what else comes of it is a copy.
            return nil
        }
        if let payload { withAside { $0.payloads[number] = payload } }
        lastSent = max(lastSent, number)
        return nil
    }

    /// A message came.
    ///
    /// - Parameters:
    ///   - number: the number it bears, if it bears one.
    ///   - content: whether it is what was sent.
    ///   - epoch: which connection of the session brought it. Of one before the latest neither order nor age is judged.
    package mutating func receive(
        _ number: Int?, _ content: MessageContent, epoch: UInt32
    ) -> DeliveryReceipt {
        guard isTellable else { return .untold }
        if let violation = exceeded() { return .wrong(violation) }
        guard let number, sent.contains(number) else {
            unexpected += 1
            return .wrong(.unexpected(number))
        }
        let isLate = epoch < self.epoch
        if open.remove(number) { return first(number, content, isLate: isLate, isStale: false) }
        if isEarlier(number) {
            aside[0].earlier.remove(number)
            return first(
                number, content, isLate: isLate,
                isStale: !isLate && (promise == .perConnection || number < highestBefore))
        }
        guard isLate || here.insert(number) else { return .wrong(.duplicated(number)) }
        return promise == .atLeastOnce ? .repeated : .wrong(.replayed(number))
    }

    private mutating func first(
        _ number: Int, _ content: MessageContent, isLate: Bool, isStale: Bool
    ) -> DeliveryReceipt {
        var receipt = DeliveryReceipt.sound
        if let violation = alteration(number, content) {
            receipt = .wrong(violation)
        } else if isStale {
            receipt = .wrong(.stale(number))
        } else if !isLate, number < highest, !(aside.first?.unordered.contains(number) ?? false) {
            receipt = .wrong(.reordered(number, after: highest))
        }
        if isLate {
            highestBefore = max(highestBefore, number)
        } else {
            here.insert(number)
            if !isStale { highest = max(highest, number) }
        }
        return receipt
    }

    private mutating func alteration(_ number: Int, _ content: MessageContent) -> DeliveryViolation? {
        let original = aside.isEmpty ? nil : aside[0].payloads.removeValue(forKey: number)
        switch content {
        case .intact: return nil
        case .altered: return .altered(number, sent: nil, came: nil)
        case .payload(let came):
            guard let original, original != came else { return nil }
            return .altered(number, sent: original, came: came)
        }
    }

    private func isEarlier(_ number: Int) -> Bool { aside.first?.earlier.contains(number) ?? false }

    private mutating func withAside(_ change: (inout Aside) -> Void) {
        if aside.isEmpty { aside.append(Aside()) }
        change(&aside[0])
    }

    /// Forgets all and says so, where more is kept than the limit. Asked before each event, so that none is told twice.
    private mutating func exceeded() -> DeliveryViolation? {
        // Nothing aside and no second run: so it is as a rule.
        if aside.isEmpty, sent.isOneRun, open.isOneRun, here.isOneRun { return nil }
        guard kept > limit else { return nil }
        isTellable = false
        (sent, open, here, aside) = (NumberRuns(), NumberRuns(), NumberRuns(), [])
        return .untellable(limit: limit)
    }
}
