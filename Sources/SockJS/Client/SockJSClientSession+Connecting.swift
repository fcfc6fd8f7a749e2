import Clocks

/// The way to an open session: `/info`, the page of an iframe, and rung after rung.
extension SockJSClientSession {
    /// An answer that is read as a whole.
    struct Body: Sendable {
        /// Longest body that is kept; what follows is passed over.
        static let byteLimit = 65_536

        /// Number of its request.
        var request: Int
        var status: Int?
        var denial: String?
        var bytes: [UInt8] = []

        mutating func append(_ more: some Sequence<UInt8>) {
            for byte in more {
                guard bytes.count < Self.byteLimit else { return }
                bytes.append(byte)
            }
        }

        var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    mutating func follow(_ actions: [ConnectMachine.Action], _ now: MonotonicClock.Instant) -> [Action] {
        var result: [Action] = []
        for action in actions {
            switch action {
            case .requestInfo:
                let form = ClientRequestForm.info(marks.next())
                let request = request(.info, nil, form, at: configuration.value.service)
                state = .asking(Body(request: request.id))
                result.append(.request(request))
            case .abortInfo: result += cutWhatIsUnderWay()
            case .attempt(let attempt): result += begin(attempt, now)
            case .abortAttempt(let end):
                result += cutWhatIsUnderWay()
                if let transport = attempted { result.append(.event(.attempted(transport, end))) }
            case .fail(let end):
                state = .ended
                result.append(.event(.failed(end)))
            }
        }
        return result
    }

    /// The rung is of no use: the next one is tried, or the way ends.
    mutating func leave(
        _ transport: ClientTransport, _ end: SessionEnd, _ now: MonotonicClock.Instant
    ) -> [Action] {
        [.event(.attempted(transport, end))] + follow(connect.value.attemptClosed(end, now: now), now)
    }

    /// The page of an iframe has come.
    mutating func pageLoaded(
        _ attempt: ConnectMachine.Attempt, _ prefix: String, _ body: Body, _ now: MonotonicClock.Instant
    ) -> [Action] {
        guard body.status == 200, body.denial == nil, body.text.contains("SockJS.bootstrap_iframe();") else {
            // A frame that loads something else says nothing, so the client waits for its own deadline.
            state = .loading(attempt, prefix: prefix, nil)
            return []
        }
        return beginReceiving(attempt, prefix, now)
    }

    /// The open frame has come.
    mutating func opened(_ now: MonotonicClock.Instant) -> [Action] {
        guard case .opening(let attempt, let link) = state else { return [] }
        guard connect.value.opened(now: now) else { return follow(connect.value.wake(now: now), now) }
        state = .open(attempt.transport, link)
        return [.event(.attempted(attempt.transport, nil)), .event(.opened(attempt.transport))]
    }

    private var attempted: ClientTransport? {
        switch state {
        case .loading(let attempt, _, _), .opening(let attempt, _): attempt.transport
        case .idle, .asking, .open, .ended: nil
        }
    }

    private mutating func begin(_ attempt: ConnectMachine.Attempt, _ now: MonotonicClock.Instant) -> [Action] {
        guard let prefix = prefix(attempt.baseURL) else {
            let reason = "base_url \(attempt.baseURL ?? "") names another host than \(configuration.value.host)"
            return leave(attempt.transport, SessionEnd(code: 1006, reason: reason), now)
        }
        if attempt.transport == .websocket {
            let id = nextID()
            state = .opening(attempt, .webSocket(id))
            return [.openWebSocket(id: id, target: path(of: attempt, prefix).path)]
        }
        guard attempt.transport.usesIframe else { return beginReceiving(attempt, prefix, now) }
        let form = ClientRequestForm(method: "GET", suffix: "/iframe.html", contentType: nil, body: "")
        let request = request(.iframePage, attempt.transport, form, at: prefix)
        state = .loading(attempt, prefix: prefix, Body(request: request.id))
        return [.request(request)]
    }

    private mutating func beginReceiving(
        _ attempt: ConnectMachine.Attempt, _ prefix: String, _ now: MonotonicClock.Instant
    ) -> [Action] {
        let link = HTTPLink(path(of: attempt, prefix), attempt.transport, configuration.value.options)
        state = .opening(attempt, .http(Boxed(link)))
        return onLink(now) { $0.receiver.start(now: now) }
    }

    private func path(of attempt: ConnectMachine.Attempt, _ prefix: String) -> SessionPath {
        SessionPath(
            prefix: prefix, server: attempt.server, session: attempt.session, transport: attempt.transport.receiving)
    }

    /// The path where transports live; nil if it is on another host.
    private func prefix(_ baseURL: String?) -> String? {
        guard let baseURL else { return configuration.value.service }
        if baseURL.hasPrefix("/"), !baseURL.hasPrefix("//") { return baseURL }
        guard let slashes = baseURL.firstRange(of: "//") else { return nil }
        let rest = baseURL[slashes.upperBound...]
        let host = rest.prefix { $0 != "/" }
        return host == configuration.value.host ? String(rest.dropFirst(host.count)) : nil
    }
}
