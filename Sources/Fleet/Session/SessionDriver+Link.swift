import Clocks
import History
import NIOCore
import SockJS
import Wire

/// What its link asks and tells.
extension SessionDriver: ClientLinkOwner {
    func link(_ link: any ClientLink, bytesOf request: LinkRequest) -> ByteBuffer {
        attempt.began(request)
        return log.begin(request, deadline: request.isSend ? .now + sending.limit : nil)
    }

    func link(
        _ link: any ClientLink, answered request: LinkRequest, _ head: ResponseHead, at now: MonotonicClock.Instant
    ) {
        if let outcome = log.answered(request.id, head, at: now) { note(outcome, of: request, at: now) }
    }

    func link(
        _ link: any ClientLink, received body: ByteBuffer, of request: LinkRequest, at now: MonotonicClock.Instant
    ) {
        if request.isReceive { reading = request.id }
        log.received(request.id, body)
    }

    func link(_ link: any ClientLink, completed request: LinkRequest, at now: MonotonicClock.Instant) {
        guard let (exchange, outcome) = log.completed(request.id, at: now) else { return }
        if let outcome { note(outcome, of: request, at: now) }
        releaseHeld(exchange.requestID, at: now)
        if exchange.isStream, exchange.isRecorded, phase != .over, !isAbandoned {
            book.recordFrame(.end, bytes: exchange.bytes, requestID: exchange.requestID, at: now)
        }
        stopIfAbandoned()
    }

    func link(
        _ link: any ClientLink, broke request: LinkRequest, _ error: WireError, at now: MonotonicClock.Instant
    ) {
        guard let (exchange, outcome) = log.broke(request.id, error, at: now) else { return }
        note(outcome, of: request, at: now)
        releaseHeld(exchange.requestID, at: now)
        stopIfAbandoned()
    }

    func link(_ link: any ClientLink, gaveUp request: Int, at now: MonotonicClock.Instant) {
        if let cutter = slotRequests.removeValue(forKey: request) {
            // What passed its time ends by its own limit.
            if !isOutOfTime { Task { await cutter.cut() } }
            return
        }
        // The session read enough of this answer, such as a close frame.
        let ended =
            reading == request
            ? log.completed(request, at: now) : log.gaveUp(request, isOutOfTime: isOutOfTime, at: now)
        guard let (exchange, outcome) = ended else { return }
        if let outcome { note(outcome, of: exchange.request, at: now) }
        releaseHeld(exchange.requestID, at: now)
    }

    func link(_ link: any ClientLink, repeated request: LinkRequest, at now: MonotonicClock.Instant) {}

    func link(_ link: any ClientLink, _ event: LinkEvent, at now: MonotonicClock.Instant) {
        switch event {
        case .sockJS(let event):
            // A history tells an answer before what it brought.
            if log.isReading { held.append(event) } else { take(event, nil, at: now) }
        case .rawOpened: opened(.rawWebSocket, .webSocket, at: now)
        case .rawMessage(let bytes):
            if !isAbandoned { deliver([SockJSMessage(String(buffer: bytes))], at: now) }
        case .rawFailed(let end): failed(end, at: now)
        case .rawEnded(let end): self.end(end, .peer, at: now)
        }
    }

    func linkSettled(_ link: any ClientLink, at now: MonotonicClock.Instant) {
        reading = nil
        if let demand, now < demand.deadline { sockJS?.demand(at: now) }
        settle()
    }

    /// Takes what an answer brought that is recorded now.
    private func releaseHeld(_ requestID: String, at now: MonotonicClock.Instant) {
        guard !log.isReading else { return }
        let events = held
        held = []
        for event in events { take(event, requestID, at: now) }
    }

    /// - Parameter heldOf: the request whose answer brought it, if it was held until that was recorded.
    private func take(
        _ event: SockJSClientSession.Event, _ heldOf: String?, at now: MonotonicClock.Instant
    ) {
        if isAbandoned {
            if case .ended(let end) = event { self.end(end, .peer, at: now) }
            return
        }
        guard phase != .over else { return }
        func requestID(_ number: Int?) -> String? { number.flatMap { heldOf ?? log.requestID(of: $0) } }
        switch event {
        // Recorded together with the opening.
        case .attempted(_, nil): break
        case .attempted(let transport, .some(let end)): attempted(transport, end, at: now)
        case .opened(let transport):
            opened(.sockJS(transport), attempt.carriage(of: transport), at: now)
        case .prelude(let request, let bytes):
            book.recordFrame(.prelude, bytes: bytes, requestID: requestID(request), at: now)
        case .heartbeat(let request): heard(requestID(request), at: now)
        case .messages(let messages): deliver(messages, at: now)
        case .malformed(let request, let error):
            book.recordFrame(
                .malformed, bytes: error.excerpt.utf8.count, requestID: requestID(request), at: now)
        case .failed(let end): failed(end, at: now)
        case .ended(let end): self.end(end, .peer, at: now)
        }
    }
}
