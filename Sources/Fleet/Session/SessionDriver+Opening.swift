import Clocks
import History
import NIOCore
import SockJS
import Wire

/// What is known of the transport that is being tried.
struct AttemptTrace {
    /// When its first request left.
    private(set) var startedAt: MonotonicClock.Instant?
    /// The request whose answer came last of those that may open the session.
    var opener: LinkRequest?
    /// That answer.
    var answer: ResponseReceived?
    /// What came last of it, in words.
    var story: String?
    var status: Int?
    /// How the transport before it failed, or `/info`.
    var former: OpenFailure?

    mutating func began(_ request: LinkRequest) {
        if case .sockJS(let request) = request {
            guard request.purpose == .open || request.purpose == .iframePage else { return }
        }
        if startedAt == nil { startedAt = .now }
    }

    /// Milliseconds since it began.
    func milliseconds(at now: MonotonicClock.Instant) -> Int64 {
        startedAt.map { (now - $0).wholeNanoseconds / 1_000_000 } ?? 0
    }

    /// What carries the session that it opened.
    func carriage(of transport: ClientTransport) -> SessionOpening.Carriage {
        guard transport != .websocket, let path = opener.flatMap({ SessionPath(parsing: $0.target) }) else {
            return .webSocket
        }
        return .http(transport, path)
    }
}

/// The way to an open session, as it is told and recorded.
extension SessionDriver {
    /// A request of the session came to this.
    func note(_ outcome: RequestOutcome, of request: LinkRequest, at now: MonotonicClock.Instant) {
        if case .failed(let failed) = outcome, log.isFull {
            // Whatever comes next can't be recorded either. Its link is in the middle of telling this.
            loop.assumeIsolated().execute { self.giveUp(on: .tooMuch(failed.detail), at: now) }
        }
        guard phase == .opening else { return }
        if case .sockJS(let request) = request, request.purpose == .info {
            guard outcome.status != 200 else { return }
            attempt.former = OpenFailure("info: \(outcome.summary)", status: outcome.status)
            return
        }
        attempt.status = outcome.status
        if case .sockJS(let request) = request, request.purpose == .iframePage {
            attempt.story = "iframe page: \(outcome.summary)"
            return
        }
        attempt.story = outcome.summary
        if case .response(let response, _) = outcome {
            attempt.answer = response
            attempt.opener = request
        }
    }

    func opened(
        _ transport: SessionTransport, _ carriage: SessionOpening.Carriage, at now: MonotonicClock.Instant
    ) {
        guard phase == .opening else { return }
        book.recordOpened(transport: transport, by: attempt.answer, at: now)
        if plan.recordsAttempts { record(transport, .opened, at: now) }
        tell(SessionOpening(carriage: carriage, nodeID: attempt.answer?.nodeID), at: now)
    }

    /// A transport did not open.
    func attempted(_ transport: ClientTransport, _ end: SessionEnd, at now: MonotonicClock.Instant) {
        var failure = OpenFailure(story(of: end), status: attempt.status)
        failure.end = end
        if plan.recordsAttempts {
            // That the whole way has a limit, too, makes no other end of a transport.
            let code = end == .connectLimitPassed ? SessionEnd.transportTimedOut.code : end.code
            record(.sockJS(transport), .failed(reason: failure.description, code: code), at: now)
        }
        attempt = AttemptTrace()
        attempt.former = failure
    }

    /// No session came about.
    func failed(_ end: SessionEnd, at now: MonotonicClock.Instant) {
        guard phase == .opening else { return }
        var failure: OpenFailure
        switch plan.way {
        case .ladder:
            failure = attempt.former ?? OpenFailure("no transport is allowed")
            failure.end = end
            if end == .connectLimitPassed {
                failure.description = "Meteor's connect limit passed; last: \(failure.description)"
            }
        // Its one transport failed, which says more than that none is left.
        case .transport, .webSocket: failure = attempt.former ?? OpenFailure(end.reason, end: end)
        case .rawWebSocket:
            failure = OpenFailure(story(of: end), status: attempt.status)
            failure.end = end
        }
        tell(failure, at: now)
    }

    private func story(of end: SessionEnd) -> String {
        guard attempt.status == 101 else { return attempt.story ?? end.reason }
        return end.isByServer ? "101, then c[\(end.code)]" : "101, then no open frame: \(end)"
    }

    private func record(
        _ transport: SessionTransport, _ outcome: AttemptOutcome, at now: MonotonicClock.Instant
    ) {
        client.record(
            .transportAttempted(
                TransportAttempted(
                    session: book.session, transport: transport, outcome: outcome,
                    milliseconds: attempt.milliseconds(at: now))), at: now)
    }
}
