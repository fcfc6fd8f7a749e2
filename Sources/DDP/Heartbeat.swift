public import Clocks

/// Finds out that a DDP peer is gone: on each tick without a packet since the last one a ping goes out, and any packet
/// that arrives within the timeout answers it.
public struct Heartbeat: Sendable {
    /// How often to look, and how long to wait.
    public struct Timing: Sendable, Hashable {
        /// Between ticks.
        public var interval: Duration
        /// From a ping to the end.
        public var timeout: Duration

        /// Times of a peer.
        public init(interval: Duration, timeout: Duration) {
            self.interval = interval
            self.timeout = timeout
        }

        /// The same with ticks so many times as far apart. The longest silence of a quiet link follows the ticks; the
        /// timeout stays, since it tells how slow a peer may be.
        public func every(_ factor: Double) -> Timing { Timing(interval: interval * factor, timeout: timeout) }

        /// Meteor's server: 15 s and 15 s.
        public static let meteorServer = Timing(interval: .seconds(15), timeout: .seconds(15))
        /// Meteor's client: 17.5 s and 15 s.
        public static let meteorClient = Timing(interval: .milliseconds(17_500), timeout: .seconds(15))
    }

    /// What a timer that fired asks for.
    public enum Action: Sendable, Hashable {
        /// Nothing.
        case none
        /// Send a ping without an id.
        case ping
        /// The peer is gone: close.
        case timedOut
    }

    private let timing: Timing
    private var tick: MonotonicClock.Instant
    private var deadline: MonotonicClock.Instant?
    private var sawPacket = false

    /// A heartbeat that begins now.
    public init(timing: Timing, at now: MonotonicClock.Instant) {
        self.timing = timing
        self.tick = now + timing.interval
    }

    /// When `timerFired` is due.
    public var wakeAt: MonotonicClock.Instant { deadline.map { min($0, tick) } ?? tick }

    /// Any packet of the peer arrived.
    public mutating func packetReceived() {
        sawPacket = true
        deadline = nil
    }

    /// The time `wakeAt` has come.
    public mutating func timerFired(at now: MonotonicClock.Instant) -> Action {
        if let deadline, now >= deadline { return .timedOut }
        guard now >= tick else { return .none }
        tick = now + timing.interval
        defer { sawPacket = false }
        guard !sawPacket, deadline == nil else { return .none }
        deadline = now + timing.timeout
        return .ping
    }
}
