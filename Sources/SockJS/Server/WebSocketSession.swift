public import Clocks

/// Server side of a session on the `websocket` transport: framing, heartbeat and close over WebSocket messages.
///
/// The heartbeat is a WebSocket ping, as sockjs-node sends it; a peer that does not answer is closed with 3000.
public struct WebSocketSession: Sendable {
    /// What can happen to a session.
    public enum Event: Sendable {
        /// The WebSocket handshake is done.
        case started
        /// A text message arrived: UTF-8.
        case text([UInt8])
        /// A pong arrived.
        case pong
        /// The application sends a message.
        case send(SockJSMessage)
        /// The application closes the session.
        case close(code: Int, reason: String)
        /// The time `wakeAt` has come.
        case timerFired
        /// The WebSocket was closed by the peer or is gone.
        case ended
    }

    /// What the driver must do.
    public enum Action: Sendable, Hashable {
        /// Send this frame as one text message.
        case frame(SockJSFrame)
        /// Send a WebSocket ping.
        case ping
        /// Hand these messages to the application, in order.
        case deliver([SockJSMessage])
        /// The session carries no more messages, and this is why.
        case closed(code: Int, reason: String)
        /// Close the WebSocket with this code and reason.
        case closeWebSocket(code: Int, reason: String)
    }

    private enum State: Sendable { case starting, open, closed }

    private let timing: ServerTiming
    private var state = State.starting
    private var heartbeatAt: MonotonicClock.Instant?
    private var pongDue: MonotonicClock.Instant?

    /// A session before its handshake.
    public init(timing: ServerTiming) { self.timing = timing }

    /// When `timerFired` is due; nil for never.
    public var wakeAt: MonotonicClock.Instant? {
        guard let heartbeatAt, let pongDue else { return heartbeatAt }
        return min(heartbeatAt, pongDue)
    }

    /// Takes one event; `now` must not go backwards.
    public mutating func handle(_ event: Event, at now: MonotonicClock.Instant) -> [Action] {
        switch (event, state) {
        case (.started, .starting):
            state = .open
            heartbeatAt = now + timing.heartbeatDelay
            return [.frame(.open)]
        case (.text(let text), .open): return receive(text)
        case (.pong, .open):
            pongDue = nil
            return []
        case (.send(let message), .open): return [.frame(.messages([message]))]
        case (.close(let code, let reason), .open): return close(code: code, reason: reason)
        case (.timerFired, .open): return fire(at: now)
        case (.ended, _):
            end()
            return []
        default: return []
        }
    }

    /// What `handle(.text(text), …)` delivers if that is all it asks for; nil if it is not. Changes nothing.
    public func messages(in text: UnsafeRawBufferPointer) -> [SockJSMessage]? {
        guard state == .open else { return nil }
        do throws(ClientMessagesError) { return try ClientMessages.decode(text, from: .websocket) } catch { return nil }
    }

    /// Appends the text that `handle(.send(message), …)` asks to send; false if it asks for none.
    public func writeFrame(for message: SockJSMessage, to text: inout [UInt8]) -> Bool {
        guard state == .open else { return false }
        SockJSFrame.writeMessages(CollectionOfOne(message), to: &text)
        return true
    }

    private mutating func receive(_ text: [UInt8]) -> [Action] {
        do throws(ClientMessagesError) {
            let messages = try ClientMessages.decode(text, from: .websocket)
            return messages.isEmpty ? [] : [.deliver(messages)]
        } catch {
            end()
            let reason = "Broken framing."
            return [.closed(code: 3000, reason: reason), .closeWebSocket(code: 3000, reason: reason)]
        }
    }

    /// Heartbeats come at a steady pace, whatever was sent or received meanwhile.
    private mutating func fire(at now: MonotonicClock.Instant) -> [Action] {
        if let pongDue, now >= pongDue { return close(code: 3000, reason: "No response from heartbeat") }
        guard let due = heartbeatAt, now >= due else { return [] }
        heartbeatAt = now + timing.heartbeatDelay
        if pongDue == nil { pongDue = now + timing.pongDeadline }
        return [.ping]
    }

    /// The frame has the application's code; sockjs-node ends the WebSocket below it as after any normal end.
    private mutating func close(code: Int, reason: String) -> [Action] {
        end()
        return [
            .frame(.close(code: code, reason: reason)), .closed(code: code, reason: reason),
            .closeWebSocket(code: 1000, reason: "Normal closure"),
        ]
    }

    private mutating func end() {
        state = .closed
        heartbeatAt = nil
        pongDue = nil
    }
}
