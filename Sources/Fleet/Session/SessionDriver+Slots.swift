import Clocks
import History
import NIOCore
import SockJS
import Wire

/// Requests over connections that outlive them, which may belong to other loops: each is one of the client's own.
extension SessionDriver {
    func link(_ link: any ClientLink, leavesToOwner request: SockJSClientSession.Request) -> Bool {
        let connection = connection(for: request)
        // A stream keeps its connection for as long as it goes on.
        let isStream = LinkRequest.sockJS(request).isReceive && request.transport?.isStreaming ?? false
        guard connection.slot(of: client) != nil, !isStream else { return false }
        attempt.began(.sockJS(request))
        let cutter = RequestCutter()
        slotRequests[request.id] = cutter
        let plan = RequestPlan(
            label: request.label, session: book.session, connection: connection, limit: limit(of: request),
            leg: request.leg, cutter: cutter)
        let driver = NIOLoopBound(self, eventLoop: loop)
        Task { [client, loop] in
            let outcome = await client.request(
                request.method, request.target, headers: request.fields,
                body: request.contentType == nil ? nil : request.body, plan)
            loop.execute { driver.value.slotAnswered(request, outcome, at: .now) }
        }
        return true
    }

    private func connection(for request: SockJSClientSession.Request) -> ConnectionUse {
        switch request.purpose {
        case .info, .iframePage, .open: plan.connection
        case .receive: demand?.connection ?? plan.connection
        case .send: sending.connection
        }
    }

    private func limit(of request: SockJSClientSession.Request) -> Duration {
        let deadline: MonotonicClock.Instant?
        switch request.purpose {
        case .info, .iframePage, .open: deadline = link?.wakeAt
        case .receive: deadline = [demand?.deadline, link?.wakeAt].compactMap(\.self).min()
        case .send: return sending.limit
        }
        return deadline.map { max(.zero, $0 - .now) } ?? Self.slotLimit
    }

    /// How long a request of the continuous pace may take, which waits for whatever comes.
    private static var slotLimit: Duration { .seconds(600) }

    private func slotAnswered(
        _ request: SockJSClientSession.Request, _ outcome: RequestOutcome, at now: MonotonicClock.Instant
    ) {
        defer {
            stopIfAbandoned()
            settle()
        }
        guard slotRequests.removeValue(forKey: request.id) != nil, let sockJS else { return }
        note(outcome, of: .sockJS(request), at: now)
        switch outcome {
        case .response(let response, let body):
            let fields = response.headers.map { (name: $0[0], value: $0[1]) }
            sockJS.answered(request.id, (response.status, fields, body), at: now)
        case .failed(let failed) where failed.failure == .timedOut: slotTimedOut(request, sockJS, failed, at: now)
        case .failed(let failed): sockJS.breakOff(request.id, .closed(failed.detail), at: now)
        }
    }

    private func slotTimedOut(
        _ request: SockJSClientSession.Request, _ sockJS: SockJSLink, _ failed: RequestFailed,
        at now: MonotonicClock.Instant
    ) {
        switch request.purpose {
        // The session has the same deadline, and says what follows.
        case .info, .iframePage, .open: break
        case .send: sockJS.breakOff(request.id, .closed(failed.detail), at: now)
        case .receive:
            // The client's own limit ends the session; that of a task which waits for a message only the request.
            if let wakeAt = sockJS.wakeAt, wakeAt <= now { return sockJS.wake(at: now) }
            sockJS.abortReceive(at: now)
        }
    }
}
