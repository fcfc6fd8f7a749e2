import Clocks

/// Holds messages of documents back for a moment, so that an application that redraws for each of them redraws once.
struct WriteBuffer: Sendable {
    private let timing: WriteBatching?
    private var held: [ServerMessage] = []
    /// When the oldest is too old to wait for others.
    private var deadline: MonotonicClock.Instant?
    /// When `timerFired` is due; nil for never.
    private(set) var wakeAt: MonotonicClock.Instant?

    init(_ timing: WriteBatching?) { self.timing = timing }

    /// Takes a message and returns those to be shown now, in the order in which they came.
    mutating func add(_ message: ServerMessage, isData: Bool, at now: MonotonicClock.Instant) -> [ServerMessage] {
        held.append(message)
        // What is no document is waited for, and must not overtake one.
        guard let timing, isData else { return flush() }
        let deadline = deadline ?? now + timing.maximumAge
        guard now <= deadline else { return flush() }
        self.deadline = deadline
        wakeAt = now + timing.interval
        return []
    }

    /// The time may have come; returns what is to be shown.
    mutating func timerFired(at now: MonotonicClock.Instant) -> [ServerMessage] {
        guard let wakeAt, now >= wakeAt else { return [] }
        return flush()
    }

    /// Returns all that was held back.
    mutating func flush() -> [ServerMessage] {
        defer {
            held = []
            deadline = nil
            wakeAt = nil
        }
        return held
    }
}

/// How documents are shown together that come together.
public struct WriteBatching: Sendable, Hashable {
    /// They are shown when none has come for so long.
    public var interval: Duration
    /// Once the first of them is older than this, the next one that comes shows all.
    public var maximumAge: Duration

    /// These times.
    public init(interval: Duration, maximumAge: Duration) {
        self.interval = interval
        self.maximumAge = maximumAge
    }

    /// Meteor's: 5 ms, and 500 ms at the most.
    public static let meteor = WriteBatching(interval: .milliseconds(5), maximumAge: .milliseconds(500))
}
