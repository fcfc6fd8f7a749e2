public import Clocks

/// What the driver says of the session's WebSocket.
extension SockJSClientSession {
    /// A text message came. An empty one is passed over, as sockjs-client does.
    public mutating func webSocketReceived(_ text: String, id: Int, now: MonotonicClock.Instant) -> [Action] {
        guard webSocketID == id, !text.isEmpty else { return [] }
        let frame: SockJSFrame
        do {
            frame = try SockJSFrame(parsing: text)
        } catch {
            let reason = "\(text.prefix(64).debugDescription) is no SockJS frame"
            return [.cutWebSocket] + webSocketEnded(SessionEnd(code: 1006, reason: reason), now)
        }
        let isOpen = transport != nil
        switch frame {
        case .open where isOpen: return [.cutWebSocket] + webSocketEnded(.serverLostSession, now)
        case .open: return opened(now)
        case .close(let code, let reason):
            let end = SessionEnd(code: code, reason: reason, isByServer: true)
            return [.closeWebSocket] + webSocketEnded(end, now)
        case .heartbeat where isOpen: return [.event(.heartbeat(request: nil))]
        case .messages(let messages) where isOpen: return [.event(.messages(messages))]
        case .heartbeat, .messages:
            let end = SessionEnd(code: 1006, reason: "101, then another frame than o")
            return [.cutWebSocket] + webSocketEnded(end, now)
        }
    }

    /// It is closed, or the upgrade was refused.
    public mutating func webSocketClosed(id: Int, _ end: SessionEnd, now: MonotonicClock.Instant) -> [Action] {
        webSocketID == id ? webSocketEnded(end, now) : []
    }

    private var webSocketID: Int? {
        switch state {
        case .opening(_, .webSocket(let id)), .open(_, .webSocket(let id)): id
        case .idle, .asking, .loading, .opening, .open, .ended: nil
        }
    }

    private mutating func webSocketEnded(_ end: SessionEnd, _ now: MonotonicClock.Instant) -> [Action] {
        guard transport != nil else { return leave(.websocket, end, now) }
        state = .ended
        return [.event(.ended(end))]
    }
}
