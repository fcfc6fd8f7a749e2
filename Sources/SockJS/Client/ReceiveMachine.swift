public import Clocks

/// The receiving half of a client session over HTTP: one receive request after another until the session ends.
///
/// | state | legal events |
/// |---|---|
/// | idle | `start` |
/// | requesting | `responded`, `broke`, `abortRequest`, `wake` (jsonp) |
/// | reading | `received`, `ended`, `broke`, `abortRequest`, `wake` (jsonp) |
/// | pausing | `wake` |
/// | ended | none; whatever comes is ignored |
public struct ReceiveMachine: Sendable {
    /// What to do next, or what has happened.
    public enum Action: Sendable, Hashable {
        /// Make the receive request.
        case request
        /// Cut the receive request.
        case abort
        /// What came before the frames; so many bytes.
        case prelude(bytes: Int)
        /// The session is open.
        case open
        /// The server is alive.
        case heartbeat
        /// Messages in order.
        case messages([SockJSMessage])
        /// The body is no row of frames from here on. A browser passes over it in silence and, once the body is complete,
        /// asks again at once.
        case malformed(SockJSFrameError)
        /// The session is over.
        case end(SessionEnd)
    }

    private enum State: Sendable {
        case idle
        case requesting
        case reading(ResponseDecoder)
        /// Until then; afterwards a new request, or the end.
        case pausing(until: MonotonicClock.Instant, end: SessionEnd?)
        case ended
    }

    private let transport: ClientTransport
    private let options: ClientOptions
    private var state = State.idle
    private var requestLimit: MonotonicClock.Instant?
    /// Whether the open frame came.
    public private(set) var isOpen = false

    /// The receiver of a session.
    public init(_ transport: ClientTransport, _ options: ClientOptions) {
        self.transport = transport
        self.options = options
    }

    /// Whether the session is over.
    public var isEnded: Bool {
        if case .ended = state { return true }
        return false
    }

    /// Whether a receive request is under way.
    public var isInFlight: Bool {
        switch state {
        case .requesting, .reading: true
        case .idle, .pausing, .ended: false
        }
    }

    /// When to call `wake`; nil while nothing is awaited.
    public var wakeAt: MonotonicClock.Instant? {
        switch state {
        case .requesting, .reading: requestLimit
        case .pausing(let until, _): until
        case .idle, .ended: nil
        }
    }

    /// Begins.
    public mutating func start(now: MonotonicClock.Instant) -> [Action] {
        guard case .idle = state else { return [] }
        return request(now)
    }

    /// The answer has this status; one other than 200 is best reported when its body is complete.
    /// - Parameter callback: the name that went out as `c=` on `htmlfile` and `jsonp`.
    public mutating func responded(
        status: Int, callback: String = "", now: MonotonicClock.Instant
    ) -> [Action] {
        guard case .requesting = state else { return [] }
        guard status == 200 else { return fail("http status \(status)", now) }
        state = .reading(
            ResponseDecoder(transport.receiving, callback: callback, byteLimit: options.byteLimit))
        return []
    }

    /// More of the body came.
    public mutating func received(_ bytes: some Sequence<UInt8>, now: MonotonicClock.Instant) -> [Action] {
        read { decoder, items throws(SockJSFrameError) in try decoder.receive(bytes, into: &items) }
    }

    /// The body is complete.
    public mutating func ended(now: MonotonicClock.Instant) -> [Action] {
        guard case .reading = state else { return [] }
        let actions = read { decoder, items throws(SockJSFrameError) in try decoder.finish(into: &items) }
        guard case .reading = state else { return actions }
        return actions + again(now)
    }

    /// The request got no whole answer.
    public mutating func broke(_ detail: String, now: MonotonicClock.Instant) -> [Action] {
        switch (state, transport.receiving) {
        case (.idle, _), (.pausing, _), (.ended, _): return []
        // An EventSource tries again by itself, and a frame of a page loads what there is.
        case (_, .eventsource), (.reading, .htmlfile): return again(now)
        case (_, _): return fail(detail, now)
        }
    }

    /// The user of the client cuts the receive request and goes on with a new one.
    public mutating func abortRequest(now: MonotonicClock.Instant) -> [Action] {
        isInFlight ? [.abort] + again(now) : []
    }

    /// Time has passed.
    public mutating func wake(now: MonotonicClock.Instant) -> [Action] {
        guard let wakeAt, wakeAt <= now else { return [] }
        guard case .pausing(_, let end) = state else {
            return [.abort] + finish(SessionEnd(code: 1006, reason: "JSONP script loaded abnormally (timeout)"))
        }
        if let end { return finish(end) }
        return request(now)
    }

    /// The user of the client closes the session, or its sending half ended it. A request under way is cut.
    public mutating func close(_ end: SessionEnd) -> [Action] {
        guard !isEnded else { return [] }
        let cut: [Action] = isInFlight ? [.abort] : []
        return cut + finish(end)
    }

    private mutating func read(
        _ body: (inout ResponseDecoder, inout [ResponseDecoder.Item]) throws(SockJSFrameError) -> Void
    ) -> [Action] {
        guard case .reading(var decoder) = state, !decoder.hasFailed else { return [] }
        // The decoder's bytes must not be held twice, or each read would copy them.
        state = .ended
        var items: [ResponseDecoder.Item] = []
        var failure: SockJSFrameError?
        do throws(SockJSFrameError) { try body(&decoder, &items) } catch { failure = error }
        state = .reading(decoder)
        var actions: [Action] = []
        for item in items {
            switch item {
            case .prelude(let bytes): actions.append(.prelude(bytes: bytes))
            case .frame(let frame): actions += take(frame)
            }
        }
        guard let failure, !isEnded else { return actions }
        // A script that does not call back is the one error that a browser can tell.
        guard transport.receiving == .jsonp else { return actions + [.malformed(failure)] }
        return actions + [.abort] + finish(SessionEnd(code: 1006, reason: "\(failure)"))
    }

    private mutating func take(_ frame: SockJSFrame) -> [Action] {
        guard !isEnded else { return [] }
        switch frame {
        case .open:
            guard !isOpen else { return [.abort] + finish(.serverLostSession) }
            isOpen = true
            return [.open]
        case .heartbeat: return [.heartbeat]
        case .messages(let messages): return [.messages(messages)]
        case .close(let code, let reason):
            return [.abort] + finish(SessionEnd(code: code, reason: reason, isByServer: true))
        }
    }

    private mutating func request(_ now: MonotonicClock.Instant) -> [Action] {
        state = .requesting
        requestLimit = transport.receiving == .jsonp ? now + options.jsonpLimit : nil
        return [.request]
    }

    private mutating func again(_ now: MonotonicClock.Instant) -> [Action] {
        let pause = max(options.pollDelay, transport.receiving == .eventsource ? options.eventsourceDelay : .zero)
        guard pause > .zero else { return request(now) }
        state = .pausing(until: now + pause, end: nil)
        return []
    }

    private mutating func fail(_ detail: String, _ now: MonotonicClock.Instant) -> [Action] {
        switch transport.receiving {
        case .jsonp:
            let end = SessionEnd(code: 1006, reason: "JSONP script loaded abnormally (onerror): \(detail)")
            state = .pausing(until: now + options.jsonpErrorDelay, end: end)
            return []
        case .htmlfile:
            // The frame of a page that is not SockJS's loads, and two seconds later counts as failed.
            state = .pausing(
                until: now + .seconds(2), end: SessionEnd(code: 1006, reason: "permanent: \(detail)"))
            return []
        case .eventsource:
            state = .pausing(
                until: now + options.eventsourceDelay, end: SessionEnd(code: 1006, reason: "permanent: \(detail)"))
            return []
        default: return finish(SessionEnd(code: 1006, reason: "permanent: \(detail)"))
        }
    }

    private mutating func finish(_ end: SessionEnd) -> [Action] {
        state = .ended
        return [.end(end)]
    }
}
