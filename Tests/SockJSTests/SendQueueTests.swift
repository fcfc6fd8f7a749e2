import Clocks
import Testing

@testable import SockJS

@Suite struct `A client's send queue` {
    static let start = MonotonicClock.now

    @Test func `one send is in flight, and what waits goes out in one batch after a pause`() throws {
        var queue = SendQueue(.xhrPolling, .sockJS)
        #expect(try queue.enqueue("a", now: Self.start) == .send(["a"]))
        #expect(try queue.enqueue("b", now: Self.start) == nil)
        #expect(try queue.enqueue("c", now: Self.start) == nil)
        #expect(queue.wakeAt == nil)
        #expect(queue.answered(status: 204, now: Self.start) == nil)
        #expect(queue.wakeAt == Self.start + .milliseconds(25))
        #expect(queue.wake(now: Self.start + .milliseconds(24)) == nil)
        #expect(queue.wake(now: Self.start + .milliseconds(25)) == .send(["b", "c"]))
        #expect(queue.answered(status: 200, now: Self.start + .milliseconds(30)) == nil)
        #expect(queue.isIdle && queue.wakeAt == nil)
        #expect(try queue.enqueue("d", now: Self.start + .milliseconds(40)) == nil)
        #expect(queue.wake(now: Self.start + .milliseconds(55)) == .send(["d"]))
    }

    @Test(arguments: [404, 500, 302, 503]) func `a send that is not taken ends the session`(status: Int) throws {
        var queue = SendQueue(.xhrStreaming, .sockJS)
        _ = try queue.enqueue("a", now: Self.start)
        let end = SessionEnd(code: 1006, reason: "Sending error: Error: http status \(status)")
        #expect(queue.answered(status: status, now: Self.start) == .end(end))
        #expect(try queue.enqueue("b", now: Self.start) == nil)
    }

    @Test func `a jsonp client does not see what became of its send`() throws {
        var queue = SendQueue(.jsonpPolling, .sockJS)
        _ = try queue.enqueue("a", now: Self.start)
        #expect(queue.answered(status: 404, now: Self.start) == nil)
        _ = try queue.enqueue("b", now: Self.start)
        #expect(queue.wake(now: Self.start + .seconds(1)) == .send(["b"]))
        #expect(queue.failed("reset", now: Self.start + .seconds(1)) == nil)
    }

    @Test func `what waits is bounded`() throws {
        var options = ClientOptions.sockJS
        options.byteLimit = 10
        var queue = SendQueue(.xhrPolling, options)
        _ = try queue.enqueue("a", now: Self.start)
        _ = try queue.enqueue("0123456789", now: Self.start)
        #expect(throws: SendQueueFull(byteLimit: 10)) { try queue.enqueue("b", now: Self.start) }
    }
}
