import SockJS
import Testing

@Suite struct `A polling session` {
    private let start = ContinuousClock.now
    private let timing = ServerTiming.sockJS

    private func opened() -> PollingSession {
        var session = PollingSession(timing: timing)
        _ = session.handle(.receiverAttached(1), at: start)
        return session
    }

    @Test func `opens with its first receiver`() {
        var session = PollingSession(timing: timing)
        #expect(session.wakeAt == nil)
        #expect(session.handle(.receiverAttached(1), at: start) == [.respond(1, .open), .opened])
        #expect(session.isOpen)
        #expect(session.wakeAt == start + timing.disconnectDelay)
    }

    @Test func `keeps messages for the next receiver and flushes them in one frame`() {
        var session = opened()
        #expect(session.handle(.send("a"), at: start) == [])
        #expect(session.handle(.send("b"), at: start) == [])
        #expect(session.handle(.receiverAttached(2), at: start) == [.respond(2, .messages(["a", "b"]))])
    }

    @Test func `answers a waiting receiver with the first message`() {
        var session = opened()
        #expect(session.handle(.receiverAttached(2), at: start) == [])
        #expect(session.handle(.send("a"), at: start) == [.respond(2, .messages(["a"]))])
        #expect(session.handle(.send("b"), at: start) == [])
    }

    @Test func `refuses a second receiver and leaves the first alone`() {
        var session = opened()
        _ = session.handle(.receiverAttached(2), at: start)
        #expect(session.handle(.receiverAttached(3), at: start) == [.respond(3, .anotherConnectionStillOpen)])
        #expect(session.handle(.receiverAborted(3), at: start) == [])
        #expect(session.handle(.send("a"), at: start) == [.respond(2, .messages(["a"]))])
    }

    @Test func `ends a quiet poll with a heartbeat`() {
        var session = opened()
        _ = session.handle(.receiverAttached(2), at: start)
        let due = start + timing.heartbeatDelay
        #expect(session.wakeAt == due)
        #expect(session.handle(.timerFired, at: start) == [])
        #expect(session.handle(.timerFired, at: due) == [.respond(2, .heartbeat)])
        #expect(session.wakeAt == due + timing.disconnectDelay)
    }

    @Test func `ends without a receiver for the disconnect delay`() {
        var session = opened()
        let actions = session.handle(.timerFired, at: start + timing.disconnectDelay)
        #expect(actions == [.closed(code: 1002, reason: "Connection timed out"), .ended])
        #expect(session.wakeAt == nil)
        #expect(session.handle(.receiverAttached(2), at: start + .seconds(6)) == [])
    }

    @Test func `dies at once with an aborted receiver`() {
        var session = opened()
        _ = session.handle(.receiverAttached(2), at: start)
        let actions = session.handle(.receiverAborted(2), at: start)
        #expect(actions == [.closed(code: 1006, reason: "Connection interrupted"), .ended])
        #expect(!session.isOpen)
    }

    @Test func `repeats its close to every later receiver until it expires`() {
        var session = opened()
        _ = session.handle(.receiverAttached(2), at: start)
        #expect(
            session.handle(.close(code: 3000, reason: "Go away!"), at: start)
                == [.respond(2, .goAway), .closed(code: 3000, reason: "Go away!")])
        #expect(session.handle(.receiverAttached(3), at: start + .seconds(1)) == [.respond(3, .goAway)])
        #expect(session.handle(.receiverAttached(4), at: start + .seconds(2)) == [.respond(4, .goAway)])
        #expect(session.handle(.send("late"), at: start + .seconds(2)) == [])
        #expect(session.handle(.timerFired, at: start + .seconds(2) + timing.disconnectDelay) == [.ended])
    }

    @Test func `closes when its queue is full`() {
        var session = PollingSession(timing: timing, queueLimit: 3)
        _ = session.handle(.receiverAttached(1), at: start)
        #expect(session.handle(.send("abc"), at: start) == [])
        #expect(session.handle(.send("d"), at: start) == [.closed(code: 1011, reason: "Send queue full")])
        let close = SockJSFrame.close(code: 1011, reason: "Send queue full")
        #expect(session.handle(.receiverAttached(2), at: start) == [.respond(2, close)])
    }
}
