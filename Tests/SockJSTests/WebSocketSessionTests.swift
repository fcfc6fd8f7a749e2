import SockJS
import Testing

@Suite struct `A session on the websocket transport` {
    private let start = ContinuousClock.now
    private let timing = ServerTiming.meteor

    private func opened() -> WebSocketSession {
        var session = WebSocketSession(timing: timing)
        _ = session.handle(.started, at: start)
        return session
    }

    @Test func `opens with the frame o`() {
        var session = WebSocketSession(timing: timing)
        #expect(session.handle(.started, at: start) == [.text("o")])
        #expect(session.wakeAt == start + timing.heartbeatDelay)
    }

    @Test(arguments: [
        (#"["a","b"]"#, [WebSocketSession.Action.deliver(["a", "b"])]), (#""a""#, [.deliver(["a"])]), ("", []),
        ("[]", []),
    ])
    func `hands over what the client sends`(text: String, actions: [WebSocketSession.Action]) {
        var session = opened()
        #expect(session.handle(.text(text), at: start) == actions)
    }

    @Test func `sends each message in a frame of its own`() {
        var session = opened()
        #expect(session.handle(.send("a"), at: start) == [.text(#"a["a"]"#)])
    }

    @Test func `closes with a frame and the same WebSocket status`() {
        var session = opened()
        #expect(
            session.handle(.close(code: 3000, reason: "Go away!"), at: start)
                == [.text(#"c[3000,"Go away!"]"#), .closeWebSocket(code: 3000, reason: "Go away!")])
        #expect(session.handle(.send("late"), at: start) == [])
        #expect(session.wakeAt == nil)
    }

    @Test func `closes on broken framing`() {
        var session = opened()
        let actions = session.handle(.text("[\"x"), at: start)
        #expect(actions.last == .closeWebSocket(code: 3000, reason: "Broken framing."))
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
        #expect(actions.last == .closeWebSocket(code: 3000, reason: "No response from heartbeat"))
    }
}
