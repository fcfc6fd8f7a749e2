package import Clocks

/// When one client of an open loop sends: its share of the load of all, shifted against the others'.
package struct SendTimes: Sendable {
    private let profile: LoadProfile
    private let clients: Double
    private let start: MonotonicClock.Instant
    /// How many messages this client would have sent from the beginning of the run up to the next one.
    private var position: Double
    /// When the next message leaves; nil if none does.
    package private(set) var next: MonotonicClock.Instant?

    /// The times of one of so many clients.
    ///
    /// - Parameters:
    ///   - start: when the run began.
    ///   - arrival: when the client arrived, from then on.
    ///   - phase: 0 up to 1, the part of a message by which it is behind others.
    package init(
        _ profile: LoadProfile, clients: Int, start: MonotonicClock.Instant, arrival: Duration, phase: Double
    ) {
        self.profile = profile
        self.clients = Double(clients)
        self.start = start
        position = profile.messages(until: arrival) / self.clients + phase
        next = profile.moment(ofMessages: position * self.clients).map { start + $0 }
    }

    /// Goes on to the message behind the next one.
    package mutating func advance() {
        position += 1
        next = profile.moment(ofMessages: position * clients).map { start + $0 }
    }
}
