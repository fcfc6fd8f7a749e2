import Clocks
import Fleet
import History
import NIOCore
import SockJS
import StressResults
import Verdicts
import WebSocketCodec
import Wire

/// What its link asks and tells: requests with their cookies, and what answers and sessions come to.
extension StressClient: ClientLinkOwner {
    func link(_ link: any ClientLink, bytesOf request: LinkRequest) -> ByteBuffer {
        loop.counts.requests += 1
        switch request {
        case .sockJS(let request):
            if isOpen { requestTimes[request.id] = .now }
            var text = RequestText(request.method, request.target)
            addFields(to: &text, request.target, at: loop.context.service, loop.context.commonLines)
            if let type = request.contentType { text.add("Content-Type", type) }
            text.finish(method: request.method, body: request.body)
            return text.bytes
        case .upgrade(_, let target, let handshake):
            var text = RequestText("GET", target)
            let isRaw = wanted == .rawWebSocket
            addFields(
                to: &text, target, at: isRaw ? loop.context.rawWebSocket : loop.context.service,
                loop.context.upgradeLines)
            for header in handshake.requestHeaders { text.add(header.name, header.value) }
            text.finish(method: "GET")
            return text.bytes
        }
    }

    private func addFields(
        to text: inout RequestText, _ target: String, at place: StressContext.ServicePlace, _ lines: ByteBuffer
    ) {
        text.add(lines: lines)
        if let route = place.route {
            let rest = target.utf8.dropFirst(place.path.utf8.count).prefix { $0 != UInt8(ascii: "?") }
            text.add(line: route, String(decoding: rest, as: UTF8.self))
        }
        if let cookie = cookie(for: target) { text.add("Cookie", cookie) }
    }

    private func cookie(for target: String) -> String? {
        guard let cookies else { return nil }
        if let cookieField { return cookieField }
        let field = cookies.field(forTarget: target)
        if cookies.cookies.allSatisfy({ $0.path == "/" }) { cookieField = field }
        return field
    }

    func link(
        _ link: any ClientLink, answered request: LinkRequest, _ head: ResponseHead, at now: MonotonicClock.Instant
    ) {
        let node = head.first("x-stickler-node").map { loop.names.number(of: $0) }
        for field in head.values("set-cookie").prefix(CookieJar.limit) { store(field, request) }
        trace(.answered, at: now, number: UInt32(clamping: request.id), node: node, status: head.status)
        switch request {
        case .upgrade: opener = node
        case .sockJS(let request):
            switch request.purpose {
            case .info, .iframePage: break
            case .open: opener = node
            case .receive: judge(.answered(status: head.status, by: node), of: loop.pollName, request.id, now)
            case .send: judge(.answered(status: head.status, by: node), of: loop.sendName, request.id, now)
            }
        }
    }

    /// Every request of a session must reach the node that opened it.
    private func judge(_ end: RequestEnd, of kind: NameNumber, _ id: Int, _ now: MonotonicClock.Instant) {
        guard isOpen else { return }
        let time = HistoryTime(now)
        let sentAt = requestTimes.removeValue(forKey: id) ?? time
        switch stickiness.end(
            end, of: kind, during: ClosedRange(between: sentAt, and: time), outages: loop.outages)
        {
        // The owner does not know a session that it gave up.
        case .wrong(let violation) where violation.wrong == .refused(status: 404) && wasGivenUp(at: now): break
        case .wrong(let violation):
            isBroken = true
            find(violation.code, violation.sentence(session: sessionName, names: loop.names), at: now)
        case .sound, .excused, .consequence, .ownerless: break
        }
    }

    private func store(_ field: String, _ request: LinkRequest) {
        let target =
            switch request {
            case .sockJS(let request): request.target
            case .upgrade(_, let target, _): target
            }
        var jar = cookies ?? CookieJar(host: CookieHost(loop.context.target.host))
        jar.store(setCookie: field, requestPath: target, now: loop.secondsSince1970)
        cookies = jar
        cookieField = nil
    }

    func link(
        _ link: any ClientLink, received body: ByteBuffer, of request: LinkRequest, at now: MonotonicClock.Instant
    ) {}

    func link(_ link: any ClientLink, completed request: LinkRequest, at now: MonotonicClock.Instant) {}

    func link(
        _ link: any ClientLink, broke request: LinkRequest, _ error: WireError, at now: MonotonicClock.Instant
    ) {
        if case .sockJS(let request) = request { requestTimes[request.id] = nil }
        if case .exhausted(let detail) = error { loop.context.shortages.add(detail) }
        trace(.broke, at: now, number: UInt32(clamping: request.id))
    }

    func link(_ link: any ClientLink, repeated request: LinkRequest, at now: MonotonicClock.Instant) {
        loop.counts.repeatedRequests += 1
    }

    func link(_ link: any ClientLink, _ event: LinkEvent, at now: MonotonicClock.Instant) {
        switch event {
        case .rawOpened: opened(on: .rawWebSocket, now)
        case .rawMessage(let bytes):
            hear(now)
            bytes.withUnsafeReadableBytes { talk.received($0, self, at: now) }
        case .rawFailed(let end): failed(end, now)
        case .rawEnded(let end): ended(end, now)
        case .sockJS(let event): take(event, now)
        }
    }

    private func hear(_ now: MonotonicClock.Instant) {
        heardAt = HistoryTime(now)
        if let recovery = continuity.hear(at: heardAt) { loop.recovered(recovery) }
    }

    private func take(_ event: SockJSClientSession.Event, _ now: MonotonicClock.Instant) {
        switch event {
        case .opened(let transport): opened(on: .sockJS(transport), now)
        case .heartbeat:
            hear(now)
            loop.counts.heartbeats += 1
            trace(.heartbeat, at: now)
        case .messages(let messages):
            hear(now)
            for message in messages { message.bytes.withUnsafeBytes { talk.received($0, self, at: now) } }
        case .malformed(_, let error):
            find(.framesMalformed, "session \(sessionName) received what is no SockJS: \(error)", at: now)
        case .failed(let end): failed(end, now)
        case .ended(let end): ended(end, now)
        case .attempted, .prelude: break
        }
    }

    func linkSettled(_ link: any ClientLink, at now: MonotonicClock.Instant) { rearm() }
}
