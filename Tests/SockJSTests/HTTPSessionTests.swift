import Clocks
import SockJS
import Testing

@Suite struct `A session over HTTP` {
    private let start = MonotonicClock.now
    private var options = ServerOptions.sockJS(prefix: "/echo")

    private func opened(_ options: ServerOptions? = nil) -> HTTPSession {
        var session = HTTPSession(options ?? self.options)
        _ = session.handle(.receiverAttached(1, .poll), at: start)
        return session
    }

    private func frame(_ id: UInt64, _ text: String) -> HTTPSession.Action { .write(id, Array((text + "\n").utf8)) }

    @Test func `opens with the first receiver`() {
        var session = HTTPSession(options)
        #expect(session.handle(.receiverAttached(1, .poll), at: start) == [frame(1, "o"), .finish(1), .opened])
        #expect(session.isOpen)
        #expect(session.wakeAt == start + options.timing.disconnectDelay)
    }

    @Test func `gathers what waits into one frame`() {
        var session = opened()
        #expect(session.handle(.send("a"), at: start) == [])
        #expect(session.handle(.send("b"), at: start) == [])
        #expect(session.handle(.receiverAttached(2, .poll), at: start) == [frame(2, #"a["a","b"]"#), .finish(2)])
    }

    @Test func `keeps a stream open up to its limit, which the prelude does not use up`() {
        var options = options
        options.responseLimit = 20
        var session = HTTPSession(options)
        let prelude = HTTPSession.Action.write(1, [UInt8](repeating: UInt8(ascii: "h"), count: 2048) + [0x0A])
        #expect(session.handle(.receiverAttached(1, .stream), at: start) == [prelude, frame(1, "o"), .opened])
        #expect(session.handle(.send("abcdefg"), at: start) == [frame(1, #"a["abcdefg"]"#)])
        #expect(session.handle(.send("é"), at: start) == [frame(1, #"a["é"]"#), .finish(1)])
        #expect(session.handle(.send("later"), at: start) == [])
    }

    @Test func `holds messages back while its receiver takes none, and sends them together`() {
        var session = HTTPSession(options)
        _ = session.handle(.receiverAttached(1, .stream), at: start)
        #expect(session.handle(.receiverBlocked(1), at: start) == [])
        #expect(session.handle(.send("a"), at: start) == [])
        #expect(session.handle(.send("b"), at: start) == [])
        let beat = start + options.timing.heartbeatDelay
        #expect(session.handle(.timerFired, at: beat) == [])
        #expect(session.handle(.receiverUnblocked(1), at: beat) == [frame(1, #"a["a","b"]"#)])
    }

    @Test func `closes with 1011 when more waits than may`() {
        var options = options
        options.queueLimit = 3
        var session = opened(options)
        #expect(session.handle(.send("abc"), at: start) == [])
        #expect(session.handle(.send("d"), at: start) == [.closed(code: 1011, reason: "Send queue full")])
        let answer = session.handle(.receiverAttached(2, .poll), at: start)
        #expect(answer == [frame(2, #"c[1011,"Send queue full"]"#), .finish(2)])
    }

    @Test func `beats at a steady pace while a receiver is there`() {
        var session = HTTPSession(options)
        _ = session.handle(.receiverAttached(1, .stream), at: start)
        let beat = options.timing.heartbeatDelay
        #expect(session.handle(.timerFired, at: start + beat / 2) == [])
        #expect(session.handle(.send("a"), at: start + beat / 2) == [frame(1, #"a["a"]"#)])
        #expect(session.handle(.timerFired, at: start + beat) == [frame(1, "h")])
        #expect(session.wakeAt == start + beat * 2)
    }

    @Test func `is given up without a receiver, and at once when its receiver is lost`() {
        var waiting = opened()
        let end = start + options.timing.disconnectDelay
        #expect(waiting.handle(.timerFired, at: end) == [.closed(code: 1002, reason: "Connection timed out"), .ended])
        #expect(waiting.handle(.receiverAttached(2, .poll), at: end) == [])
        var cut = opened()
        _ = cut.handle(.receiverAttached(2, .poll), at: start)
        #expect(cut.handle(.receiverAborted(1), at: start) == [])
        #expect(
            cut.handle(.receiverAborted(2), at: start)
                == [.closed(code: 1006, reason: "Connection interrupted"), .ended])
    }

    @Test func `tells every later receiver that it is closed, after what it still had to say`() {
        var session = opened()
        _ = session.handle(.send("last words"), at: start)
        #expect(
            session.handle(.close(code: 3000, reason: "Go away!"), at: start) == [
                .closed(code: 3000, reason: "Go away!")
            ])
        #expect(session.handle(.send("too late"), at: start) == [])
        #expect(session.handle(.receiverAttached(2, .poll), at: start) == [frame(2, #"a["last words"]"#), .finish(2)])
        for id: UInt64 in 3...4 {
            let answer = session.handle(.receiverAttached(id, .poll), at: start)
            #expect(answer == [frame(id, #"c[3000,"Go away!"]"#), .finish(id)])
        }
    }
}
