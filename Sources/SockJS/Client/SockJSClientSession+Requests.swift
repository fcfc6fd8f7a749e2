public import Clocks

/// What the driver says of requests, and what the halves of a session over HTTP make of it.
extension SockJSClientSession {
    /// The head of the answer to this request has come.
    ///
    /// - Parameter fields: of the answer; needed for an ``Request/Purpose/iframePage`` alone.
    public mutating func responded(
        request: Int, status: Int, fields: [(name: String, value: String)] = [], now: MonotonicClock.Instant
    ) -> [Action] {
        switch state {
        case .asking(var body) where body.request == request:
            body.status = status
            state = .asking(body)
            return []
        case .loading(let attempt, let prefix, .some(var body)) where body.request == request:
            body.status = status
            body.denial = Self.denial(in: fields)
            state = .loading(attempt, prefix: prefix, body)
            return []
        default:
            return onReceive(request, now) { link in
                guard status == 200, let receive = link.receive else {
                    link.receive?.refusal = status
                    return []
                }
                return link.receiver.responded(status: status, callback: receive.callback, now: now)
            } + sendResponded(request, status)
        }
    }

    /// More of the body of the answer to this request has come.
    public mutating func received(
        _ bytes: some Sequence<UInt8>, request: Int, now: MonotonicClock.Instant
    ) -> [Action] {
        switch state {
        case .asking(var body) where body.request == request:
            body.append(bytes)
            state = .asking(body)
            return []
        case .loading(let attempt, let prefix, .some(var body)) where body.request == request:
            body.append(bytes)
            state = .loading(attempt, prefix: prefix, body)
            return []
        default:
            return onReceive(request, now) { link in
                link.receive?.refusal == nil ? link.receiver.received(bytes, now: now) : []
            }
        }
    }

    /// The answer to this request is complete.
    public mutating func completed(request: Int, now: MonotonicClock.Instant) -> [Action] {
        switch state {
        case .asking(let body) where body.request == request:
            return follow(connect.value.infoAnswered(status: body.status ?? 0, body: body.text, now: now), now)
        case .loading(let attempt, let prefix, .some(let body)) where body.request == request:
            return pageLoaded(attempt, prefix, body, now)
        default:
            return onReceive(request, now) { link in
                guard let receive = link.receive else { return [] }
                link.receive = nil
                if let status = receive.refusal {
                    return link.receiver.responded(status: status, callback: receive.callback, now: now)
                }
                return link.receiver.ended(now: now)
            } + onSend(request, now) { $0.answered(status: $1 ?? 0, now: now) }
        }
    }

    /// This request got no answer, or only a part of one.
    public mutating func broke(request: Int, detail: String, now: MonotonicClock.Instant) -> [Action] {
        switch state {
        case .asking(let body) where body.request == request: return follow(connect.value.infoFailed(), now)
        case .loading(let attempt, let prefix, .some(let body)) where body.request == request:
            state = .loading(attempt, prefix: prefix, nil)
            return []
        default:
            return onReceive(request, now) { link in
                link.receive = nil
                return link.receiver.broke(detail, now: now)
            } + onSend(request, now) { sender, _ in sender.failed(detail, now: now) }
        }
    }

    // MARK: The halves of a session over HTTP

    /// Where a session over HTTP is that has a link.
    enum Stage {
        case opening(ConnectMachine.Attempt)
        case open(ClientTransport)
    }

    /// The link while the state does not hold it.
    struct HeldLink {
        let stage: Stage
        var link: Boxed<HTTPLink>
    }

    /// Takes the link out of the state, which holds it no more until it is put back: held once, it changes in place.
    mutating func takeLink() -> HeldLink? {
        let held: HeldLink
        switch state {
        case .opening(let attempt, .http(let link)): held = HeldLink(stage: .opening(attempt), link: link)
        case .open(let transport, .http(let link)): held = HeldLink(stage: .open(transport), link: link)
        case .idle, .asking, .loading, .opening, .open, .ended: return nil
        }
        state = .ended
        return held
    }

    mutating func put(_ held: consuming HeldLink) {
        switch held.stage {
        case .opening(let attempt): state = .opening(attempt, .http(held.link))
        case .open(let transport): state = .open(transport, .http(held.link))
        }
    }

    /// Lets the receiver take an event, and does what it answers.
    ///
    /// - Parameter request: the receive request that the event is of.
    mutating func onLink(
        _ now: MonotonicClock.Instant, of request: Int = 0, _ event: (inout HTTPLink) -> [ReceiveMachine.Action]
    ) -> [Action] {
        guard var held = takeLink() else { return [] }
        let answers = event(&held.link.value)
        put(held)
        return follow(answers, of: request, now)
    }

    /// Lets the sender take an event, and does what it answers.
    mutating func onSender(
        _ now: MonotonicClock.Instant,
        _ event: (inout SendQueue) throws(SendQueueFull) -> SendQueue.Action?
    ) throws(SendQueueFull) -> [Action] {
        guard isOpen, var held = takeLink() else { return [] }
        let action: SendQueue.Action?
        do throws(SendQueueFull) {
            action = try event(&held.link.value.sender)
        } catch {
            put(held)
            throw error
        }
        guard case .send(let messages)? = action else {
            put(held)
            guard case .end(let end)? = action else { return [] }
            return onLink(now) { $0.receiver.close(end) }
        }
        let form = ClientRequestForm.send(messages, on: held.link.value.transport, marks.next())
        let request = request(.send, held.link.value.transport, form, at: held.link.value.base)
        held.link.value.send = HTTPLink.Send(id: request.id)
        put(held)
        return [.request(request)]
    }

    /// Makes the receive request that the receiver asked for.
    mutating func receive(_ link: inout HTTPLink) -> Action {
        let marks = marks.next()
        let form = ClientRequestForm.receive(link.transport, marks)
        let request = request(link.receiver.isOpen ? .receive : .open, link.transport, form, at: link.base)
        link.receive = HTTPLink.Receive(id: request.id, callback: marks.callback)
        link.isWanted = false
        return .request(request)
    }

    mutating func request(
        _ purpose: Request.Purpose, _ transport: ClientTransport?, _ form: ClientRequestForm, at base: String
    ) -> Request {
        Request(
            id: nextID(), purpose: purpose, transport: transport, method: form.method, target: base + form.suffix,
            contentType: form.contentType, body: form.body)
    }

    /// Cuts all that the driver is doing for the session.
    func cutWhatIsUnderWay() -> [Action] {
        switch state {
        case .idle, .ended: return []
        case .asking(let body): return [.abort(request: body.request)]
        case .loading(_, _, let body): return body.map { [.abort(request: $0.request)] } ?? []
        case .opening(_, .webSocket), .open(_, .webSocket): return [.cutWebSocket]
        case .opening(_, .http(let link)), .open(_, .http(let link)):
            return [link.value.receive?.id, link.value.send?.id].compactMap(\.self).map { .abort(request: $0) }
        }
    }

    private mutating func follow(
        _ answers: [ReceiveMachine.Action], of request: Int, _ now: MonotonicClock.Instant
    ) -> [Action] {
        var result: [Action] = []
        for answer in answers {
            switch answer {
            case .request: result += receiveOrWait()
            case .abort: result += forgetReceive().map { [.abort(request: $0)] } ?? []
            case .prelude(let bytes): result.append(.event(.prelude(request: request, bytes: bytes)))
            case .heartbeat: result.append(.event(.heartbeat(request: request)))
            case .messages(let messages): result.append(.event(.messages(messages)))
            case .malformed(let error): result.append(.event(.malformed(request: request, error)))
            case .open: result += opened(now)
            case .end(let end): result += receiverEnded(end, now)
            }
        }
        return result
    }

    private mutating func receiveOrWait() -> [Action] {
        guard var held = takeLink() else { return [] }
        defer { put(held) }
        if case .open = held.stage, configuration.value.pace == .onDemand {
            held.link.value.isWanted = true
            return []
        }
        return [receive(&held.link.value)]
    }

    private mutating func forgetReceive() -> Int? {
        guard var held = takeLink() else { return nil }
        defer { put(held) }
        return held.link.value.forgetReceive()
    }

    private mutating func receiverEnded(_ end: SessionEnd, _ now: MonotonicClock.Instant) -> [Action] {
        switch state {
        case .opening(let attempt, .http): return leave(attempt.transport, end, now)
        case .open(_, .http):
            let cut = cutWhatIsUnderWay()
            state = .ended
            return cut + [.event(.ended(end))]
        case .idle, .asking, .loading, .opening, .open, .ended: return []
        }
    }

    private mutating func onReceive(
        _ request: Int, _ now: MonotonicClock.Instant, _ event: (inout HTTPLink) -> [ReceiveMachine.Action]
    ) -> [Action] {
        underWay.receive == request ? onLink(now, of: request, event) : []
    }

    private mutating func sendResponded(_ request: Int, _ status: Int) -> [Action] {
        guard underWay.send == request, var held = takeLink() else { return [] }
        held.link.value.send?.status = status
        put(held)
        return []
    }

    private mutating func onSend(
        _ request: Int, _ now: MonotonicClock.Instant, _ event: (inout SendQueue, Int?) -> SendQueue.Action?
    ) -> [Action] {
        guard underWay.send == request, var held = takeLink() else { return [] }
        let status = held.link.value.send?.status
        held.link.value.send = nil
        put(held)
        // Only a new message can be one too many.
        return (try? onSender(now) { event(&$0, status) }) ?? []
    }

    private var underWay: (receive: Int?, send: Int?) {
        switch state {
        case .opening(_, .http(let link)), .open(_, .http(let link)): (link.value.receive?.id, link.value.send?.id)
        case .idle, .asking, .loading, .opening, .open, .ended: (nil, nil)
        }
    }

    /// Why a browser would not show this page in a frame; nil if it would.
    private static func denial(in fields: [(name: String, value: String)]) -> String? {
        for (name, value) in fields {
            switch name.lowercased() {
            case "x-frame-options": return "X-Frame-Options: \(value)"
            case "content-security-policy" where value.contains("frame-ancestors"): return value
            default: continue
            }
        }
        return nil
    }
}
