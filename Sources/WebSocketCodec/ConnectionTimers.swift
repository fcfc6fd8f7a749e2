import Clocks

/// When a connection pings and when it gives its peer up.
///
/// ```
/// keepAlive ──silence──► ping ──more silence──► gives up        any sign of life begins anew
/// peerClose, transportEnd ──closeTimeout──► gives up
/// ```
struct ConnectionTimers: Sendable {
    /// What is being waited for.
    enum Wait: Sendable {
        case keepAlive
        case peerClose
        case transportEnd
        case nothing
    }

    enum Action: Sendable, Equatable {
        case none
        case ping
        case giveUp(WebSocketTimeout)
    }

    // In nanoseconds, half of what a Duration takes: there is one of these for each of thousands of connections.
    private let closeTimeout: Int64?
    private let pingInterval: Int64?
    private let pongTimeout: Int64
    /// When the wait began, when the peer was last heard of, or when it was pinged; nil before time has come in.
    private var since: MonotonicClock.Instant?
    private var wait = Wait.nothing
    private var hasPinged = false

    init(timing: WebSocketTiming) {
        closeTimeout = timing.closeTimeout.map(Self.nanoseconds)
        pingInterval = timing.pingInterval.map(Self.nanoseconds)
        pongTimeout = Self.nanoseconds(timing.pongTimeout)
    }

    /// No overflow: `WebSocketTiming` allows ten years.
    private static func nanoseconds(_ duration: Duration) -> Int64 {
        duration.components.seconds * 1_000_000_000 + duration.components.attoseconds / 1_000_000_000
    }

    /// When something is due if nothing happens until then.
    var wakeAt: MonotonicClock.Instant? {
        let span: Int64? =
            switch wait {
            case .keepAlive: hasPinged ? pongTimeout : pingInterval
            case .peerClose, .transportEnd: closeTimeout
            case .nothing: nil
            }
        guard let since, let span else { return nil }
        return since + .nanoseconds(span)
    }

    /// Time has come to `now`, the connection waits for `wait`, and since the last call it has `heard` of the peer.
    mutating func advance(to now: MonotonicClock.Instant, wait: Wait, heard: Bool) -> Action {
        if since == nil || self.wait != wait || (wait == .keepAlive && heard) {
            self.wait = wait
            since = now
            hasPinged = false
        }
        guard let due = wakeAt, now >= due else { return .none }
        switch wait {
        case .keepAlive:
            if hasPinged { return .giveUp(.pong) }
            hasPinged = true
            since = now
            return .ping
        case .peerClose: return .giveUp(.close)
        case .transportEnd: return .giveUp(.transportEnd)
        case .nothing: return .none
        }
    }
}
