import Clocks

/// How long a connection is waited for: what it is in the middle of, and when that has taken too long.
struct RequestPatience {
    /// What is awaited.
    enum Phase: Equatable {
        /// The first byte of all.
        case opening
        /// The rest of a head.
        case head
        /// The rest of a body, of which so much has come.
        case body(received: Int)
        /// Nothing: a request is being executed or answered.
        case busy
        /// The next request, behind so many.
        case idle(served: Int)
        /// That the peer takes what it was sent last.
        case closing
    }

    /// What to do about a connection.
    enum Verdict: Equatable {
        case wait
        case close
        /// It can still be told that its request came too slowly.
        case refuse
    }

    private let times: ConnectionTimes
    private(set) var phase = Phase.opening
    /// When the peer has had its time; nil for never.
    private(set) var due: MonotonicClock.Instant?
    /// How much of the body had come when its present time began.
    private var bodyMark = 0

    /// A connection that was accepted now.
    init(_ times: ConnectionTimes, at now: MonotonicClock.Instant) {
        self.times = times
        due = now + times.head
    }

    /// Notes what is awaited from now on.
    mutating func expect(_ next: Phase, at now: @autoclosure () -> MonotonicClock.Instant) {
        guard next != phase else { return }
        switch next {
        // The head of the first request has the time that is left of the opening.
        case .head: if phase != .opening { due = now() + times.head }
        case .body(let received):
            if case .body = phase, received - bodyMark < times.bodyProgress { break }
            bodyMark = received
            due = now() + times.body
        case .idle: due = now() + times.idle
        case .closing: due = now() + times.closing
        case .busy: due = nil
        case .opening: break
        }
        phase = next
    }

    /// What has become of the connection.
    func verdict(at now: MonotonicClock.Instant) -> Verdict {
        guard let due, now >= due else { return .wait }
        switch phase {
        case .opening, .idle, .closing: return .close
        case .head, .body: return .refuse
        case .busy: return .wait
        }
    }
}
