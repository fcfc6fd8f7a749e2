/// Server side of a session on the `websocket` transport: framing, heartbeat and close over WebSocket messages.
///
/// The heartbeat is a WebSocket ping, as sockjs-node sends it; a peer that does not answer is closed with 3000.
public struct WebSocketSession: Sendable {
    /// What can happen to a session.
    public enum Event: Sendable {
        /// The WebSocket handshake is done.
        case started
        /// A text message arrived.
        case text(String)
        /// A pong arrived.
        case pong
        /// The application sends a message.
        case send(String)
        /// The application closes the session.
        case close(code: Int, reason: String)
        /// The time `wakeAt` has come.
        case timerFired
        /// The WebSocket was closed by the peer or is gone.
        case ended
    }

    /// What the driver must do.
    public enum Action: Sendable, Hashable {
        /// Send this as one text message.
        case text(String)
        /// Send a WebSocket ping.
        case ping
        /// Hand these messages to the application, in order.
        case deliver([String])
        /// Close the WebSocket with this code and reason.
        case closeWebSocket(code: Int, reason: String)
    }

    private enum State: Sendable { case starting, open, closed }

    /// When `timerFired` is due; nil for never.
    public private(set) var wakeAt: ContinuousClock.Instant?

    private let timing: ServerTiming
    private var state = State.starting
    private var awaitsPong = false

    /// A session before its handshake.
    public init(timing: ServerTiming) { self.timing = timing }

    /// Takes one event; `now` must not go backwards.
    public mutating func handle(_ event: Event, at now: ContinuousClock.Instant) -> [Action] {
        switch (event, state) {
        case (.started, .starting):
            state = .open
            wakeAt = now + timing.heartbeatDelay
            return [.text(SockJSFrame.open.text)]
        case (.text(let text), .open):
            do {
                let messages = try ClientMessages.decode(text, from: .websocket)
                return messages.isEmpty ? [] : [.deliver(messages)]
            } catch {
                return close(code: 3000, reason: "Broken framing.")
            }
        case (.pong, .open):
            awaitsPong = false
            wakeAt = now + timing.heartbeatDelay
            return []
        case (.send(let message), .open): return [.text(SockJSFrame.messages([message]).text)]
        case (.close(let code, let reason), .open): return close(code: code, reason: reason)
        case (.timerFired, .open):
            guard let due = wakeAt, now >= due else { return [] }
            if awaitsPong { return close(code: 3000, reason: "No response from heartbeat") }
            awaitsPong = true
            wakeAt = now + timing.pongDeadline
            return [.ping]
        case (.ended, _):
            state = .closed
            wakeAt = nil
            return []
        default: return []
        }
    }

    private mutating func close(code: Int, reason: String) -> [Action] {
        state = .closed
        wakeAt = nil
        return [
            .text(SockJSFrame.close(code: code, reason: reason).text), .closeWebSocket(code: code, reason: reason),
        ]
    }
}
