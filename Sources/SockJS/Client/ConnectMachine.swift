public import Clocks

/// A client's way to an open session: `/info` first, then rung after rung of the ladder, each with its own deadline.
///
/// | state | legal events |
/// |---|---|
/// | idle | `start`, with or without `/info` |
/// | asking | `infoAnswered`, `infoFailed`, `wake` |
/// | trying | `opened`, `attemptClosed`, `attemptClosedByServer`, `wake` |
/// | done | none; whatever comes is ignored |
///
/// A transport has failed when no open frame came in time, or when it closed with a code that is not for users. A close
/// frame of the server, `c[…]`, ends the way whatever its code, and so do the codes 1000, 2000 and 3000 to 4999.
///
/// As in sockjs-client, the deadline of a transport that closed before it stays in force: when it passes, it ends
/// whichever transport is being tried then, but for the time of ``ClientOptions/leastFallbackDeadline``.
public struct ConnectMachine: Sendable {
    /// What to do next.
    public enum Action: Sendable, Hashable {
        /// Ask for `/info`.
        case requestInfo
        /// Cut the request for `/info`.
        case abortInfo
        /// Try a transport.
        case attempt(Attempt)
        /// Give the running attempt up: it failed for this reason.
        case abortAttempt(SessionEnd)
        /// The way ends without a session.
        case fail(SessionEnd)
    }

    /// One rung of the ladder.
    public struct Attempt: Sendable, Hashable {
        /// The transport to try.
        public var transport: ClientTransport
        /// Server segment, the same for all attempts.
        public var server: String
        /// Session segment, new for each attempt.
        public var session: String
        /// `base_url` of `/info`; nil stands for the URL that was asked for `/info`.
        public var baseURL: String?
        /// When it must have opened: by its own deadline and those left behind by transports before it.
        public var deadline: MonotonicClock.Instant
    }

    private enum State: Sendable {
        case idle
        case asking(since: MonotonicClock.Instant)
        case trying
        case done
    }

    private let options: ClientOptions
    private let server: String
    private var state = State.idle
    private var rungs: ArraySlice<ClientTransport> = []
    private var infoRoundTrip: Duration = .zero
    private var baseURL: String?
    private var limit: MonotonicClock.Instant?
    /// Those of the transports that have been tried and have not passed; one for each at most.
    private var deadlines: [MonotonicClock.Instant] = []
    private var generator: any RandomNumberGenerator & Sendable

    /// A way that has not begun. Server and session names are drawn from `generator`.
    public init(_ options: ClientOptions, generator: any RandomNumberGenerator & Sendable) {
        var generator = generator
        self.options = options
        self.server = SessionPath.randomServer(using: &generator)
        self.generator = generator
    }

    /// When to call `wake`; nil while nothing is awaited.
    public var wakeAt: MonotonicClock.Instant? {
        let own: MonotonicClock.Instant?
        switch state {
        case .idle, .done: return nil
        case .asking(let since): own = since + options.infoDeadline
        case .trying: own = deadlines.min()
        }
        return [limit, own].compactMap(\.self).min()
    }

    /// Begins.
    public mutating func start(now: MonotonicClock.Instant) -> [Action] {
        guard case .idle = state else { return [] }
        limit = options.connectLimit.map { now + $0 }
        state = .asking(since: now)
        return [.requestInfo]
    }

    /// Begins with the only transport there is, at a place that is known without `/info`, which has this long to open.
    public mutating func start(
        on transport: ClientTransport, server: String, session: String, within limit: Duration,
        now: MonotonicClock.Instant
    ) -> [Action] {
        guard case .idle = state else { return [] }
        let deadline = now + limit
        deadlines = [deadline]
        state = .trying
        return [
            .attempt(
                Attempt(transport: transport, server: server, session: session, baseURL: nil, deadline: deadline))
        ]
    }

    /// `/info` was answered with this status and body. A body that is no JSON object counts as `{}`.
    public mutating func infoAnswered(status: Int, body: String, now: MonotonicClock.Instant) -> [Action] {
        guard case .asking(let since) = state else { return [] }
        guard status == 200 else { return finish(.cannotConnect) }
        let info = (try? SockJSInfo(parsing: body)) ?? SockJSInfo(origins: [], entropy: nil)
        infoRoundTrip = now - since
        baseURL = info.baseURL.flatMap { $0.isEmpty ? nil : $0 }
        rungs = options.ladder.filter { $0.isEligible(from: options.page, after: info) }[...]
        return nextRung(now)
    }

    /// `/info` got no answer.
    public mutating func infoFailed() -> [Action] {
        guard case .asking = state else { return [] }
        return finish(.cannotConnect)
    }

    /// The open frame came. False when it came too late to count.
    public mutating func opened(now: MonotonicClock.Instant) -> Bool {
        guard case .trying = state, let wakeAt, now <= wakeAt else { return false }
        state = .done
        return true
    }

    /// The running attempt ended before it opened.
    public mutating func attemptClosed(_ end: SessionEnd, now: MonotonicClock.Instant) -> [Action] {
        guard case .trying = state else { return [] }
        return end.isFinalWhileConnecting ? finish(end) : nextRung(now)
    }

    /// Time has passed.
    public mutating func wake(now: MonotonicClock.Instant) -> [Action] {
        guard let wakeAt, wakeAt <= now else { return [] }
        let limitPassed = limit.map { $0 <= now } ?? false
        switch state {
        case .idle, .done: return []
        case .asking: return [.abortInfo] + finish(limitPassed ? .connectLimitPassed : .cannotConnect)
        case .trying:
            if limitPassed { return [.abortAttempt(.connectLimitPassed)] + finish(.connectLimitPassed) }
            if let passed = deadlines.min(), let index = deadlines.firstIndex(of: passed) {
                deadlines.remove(at: index)
            }
            return [.abortAttempt(.transportTimedOut)] + nextRung(now)
        }
    }

    private mutating func nextRung(_ now: MonotonicClock.Instant) -> [Action] {
        guard let transport = rungs.popFirst() else { return finish(.allTransportsFailed) }
        let own = now + options.deadline(of: transport, infoRoundTrip: infoRoundTrip)
        if transport != .websocket, options.leastFallbackDeadline > .zero {
            deadlines = deadlines.map { max($0, now + options.leastFallbackDeadline) }
        }
        let deadline = deadlines.reduce(own, min)
        deadlines.append(own)
        state = .trying
        let session = SessionPath.randomSession(using: &generator)
        return [
            .attempt(
                Attempt(
                    transport: transport, server: server, session: session, baseURL: baseURL, deadline: deadline))
        ]
    }

    private mutating func finish(_ end: SessionEnd) -> [Action] {
        state = .done
        return [.fail(end)]
    }
}
