import History

extension HistoryView {
    /// Sessions that a client of ours let lapse, with how long it was silent: longer than SockJS keeps a session without a
    /// receiver, so that its owner rightly no longer knew it. That our machine was too busy says nothing of the balancer.
    var lapsedSessions: [String: Duration] {
        var lapsed: [String: Duration] = [:]
        for trace in sessions {
            let name = trace.opened.session
            guard lapsed[name] == nil, let owner = trace.opened.nodeID else { continue }
            // The last moment at which the session had a receiver, as the client knows it.
            var received = trace.openedAt
            for request in exchanges(of: name) where request.sentAt >= trace.openedAt {
                let silence = request.sentAt - received
                if request.response?.status == 404, request.response?.nodeID == owner,
                    request.response?.bootID == trace.opened.bootID, silence > Self.sessionPatience
                {
                    lapsed[name] = silence
                    break
                }
                if request.sent.label == .poll { received = max(received, request.endedAt ?? request.sentAt) }
            }
        }
        return lapsed
    }

    /// The same without what concerns these sessions.
    func without(sessions names: some Collection<String>) -> HistoryView {
        guard !names.isEmpty else { return self }
        let names = Set(names)
        let requests = Set(
            events.compactMap { event -> String? in
                guard case .requestSent(let sent) = event.kind, let session = sent.session else { return nil }
                return names.contains(session) ? sent.requestID : nil
            })
        return filter { event in
            if let request = event.kind.requestID, requests.contains(request) { return false }
            return event.kind.clientSession.map { !names.contains($0) } ?? true
        }
    }

    /// How long SockJS keeps a session that has no receiver.
    private static let sessionPatience = Duration.seconds(5)
}

extension HistoryEvent.Kind {
    /// The session, by the client's name for it, whose life this event belongs to.
    fileprivate var clientSession: String? {
        switch self {
        case .sessionNamed(let named): named.session
        case .sessionOpened(let opened): opened.session
        case .sessionClosed(let closed): closed.session
        case .transportAttempted(let attempt): attempt.session
        case .scriptStep(let step): step.session
        case .messageSent(let message), .messageReceived(let message): message.session
        case .frameReceived(let frame): frame.session
        default: nil
        }
    }
}
