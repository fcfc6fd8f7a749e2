import Clocks
import SockJS
import Testing

@Suite struct `A session on the websocket transport` {
    private let start = MonotonicClock.now
    private let timing = ServerTiming.meteor

    private func opened() -> WebSocketSession {
        var session = WebSocketSession(timing: timing)
        _ = session.handle(.started, at: start)
        return session
    }

    @Test func `opens with the frame o`() {
        var session = WebSocketSession(timing: timing)
        #expect(session.handle(.started, at: start) == [.frame(.open)])
        #expect(session.wakeAt == start + timing.heartbeatDelay)
    }

    @Test(arguments: [
        (#"["a","b"]"#, [WebSocketSession.Action.deliver(["a", "b"])]), (#""a""#, [.deliver(["a"])]), ("", []),
        ("[]", []),
    ])
    func `hands over what the client sends`(text: String, actions: [WebSocketSession.Action]) {
        var session = opened()
        #expect(session.handle(.text(Array(text.utf8)), at: start) == actions)
    }

    @Test func `sends each message in a frame of its own`() {
        var session = opened()
        #expect(session.handle(.send("a"), at: start) == [.frame(.messages(["a"]))])
    }

    @Test func `closes with a frame, and the WebSocket below it as after any normal end`() {
        var session = opened()
        #expect(
            session.handle(.close(code: 3000, reason: "Go away!"), at: start)
                == [
                    .frame(.goAway), .closed(code: 3000, reason: "Go away!"),
                    .closeWebSocket(code: 1000, reason: "Normal closure"),
                ])
        #expect(session.handle(.send("late"), at: start) == [])
        #expect(session.wakeAt == nil)
    }

    @Test func `closes on broken framing`() {
        var session = opened()
        let actions = session.handle(.text(Array("[\"x".utf8)), at: start)
        let reason = "Broken framing."
        #expect(actions == [.closed(code: 3000, reason: reason), .closeWebSocket(code: 3000, reason: reason)])
    }

    @Test func `pings a quiet peer and gives up without a pong`() {
        var session = opened()
        let first = start + timing.heartbeatDelay
        #expect(session.handle(.timerFired, at: first) == [.ping])
        #expect(session.handle(.pong, at: first) == [])
        let second = first + timing.heartbeatDelay
        #expect(session.wakeAt == second)
        #expect(session.handle(.timerFired, at: second) == [.ping])
        let actions = session.handle(.timerFired, at: second + timing.pongDeadline)
        #expect(actions.first == .frame(.close(code: 3000, reason: "No response from heartbeat")))
    }
}
