import Clocks

/// Messages that were sent and have not come back, in the order in which they were sent.
struct UnderWay<Message> {
    /// A message on its way.
    struct Entry {
        var message: Message
        /// When it was to leave.
        var intended: MonotonicClock.Instant
        /// When it did.
        var sent: MonotonicClock.Instant
        /// Whether its time has passed.
        var isOverdue = false
    }

    private(set) var entries: [Entry] = []

    var isEmpty: Bool { entries.isEmpty }
    var count: Int { entries.count }
    /// Those whose time has not passed.
    var punctual: Int { entries.count { !$0.isOverdue } }

    /// When the time of the next one passes.
    var overdueAt: MonotonicClock.Instant? {
        entries.first { !$0.isOverdue }.map { $0.sent + StressContext.patience }
    }

    mutating func add(_ message: Message, intended: MonotonicClock.Instant, at now: MonotonicClock.Instant) {
        entries.append(Entry(message: message, intended: intended, sent: now))
    }

    /// Takes the first that fits; nil if none does.
    mutating func take(where fits: (Message) -> Bool) -> Entry? {
        entries.firstIndex { fits($0.message) }.map { entries.remove(at: $0) }
    }

    /// Marks those whose time has passed, and gives how many did since this was asked last.
    mutating func expire(at now: MonotonicClock.Instant) -> Int {
        var count = 0
        for index in entries.indices where !entries[index].isOverdue {
            guard entries[index].sent + StressContext.patience <= now else { break }
            entries[index].isOverdue = true
            count += 1
        }
        return count
    }

    mutating func removeAll() { entries.removeAll(keepingCapacity: true) }
}
