import Clocks
import NIOCore
import Testing

@testable import WebSocketCodec

@Suite("Timers")
struct ConnectionTimersTests {
    private let start = MonotonicClock.now
    private let timing = WebSocketTiming(
        closeTimeout: .seconds(10), pingInterval: .seconds(30), pongTimeout: .seconds(20))
    private let frame = RawFrame(opcode: 2, maskingKey: exampleKey).bytes

    private func server(_ timing: WebSocketTiming) -> WebSocketConnection {
        var connection = WebSocketConnection(role: .server, timing: timing)
        connection.advance(to: start)
        return connection
    }

    private func at(_ seconds: Int) -> MonotonicClock.Instant { start + .seconds(seconds) }

    @Test("by default an open connection waits for nothing")
    func defaults() {
        #expect(server(WebSocketTiming()).wakeAt == nil)
        #expect(WebSocketConnection(role: .client, timing: timing).wakeAt == nil, "no time has come in")
    }

    @Test("a ping goes out after the interval of silence, not before")
    func ping() {
        var connection = server(timing)
        #expect(connection.advance(to: at(29)) == at(30))
        #expect(connection.takeOutput() == nil)
        #expect(connection.advance(to: at(30)) == at(50))
        #expect(connection.allOutput() == [0x89, 0x00])
        #expect(connection.advance(to: at(49)) == at(50))
        #expect(connection.takeOutput() == nil, "one ping is enough")
    }

    @Test("any bytes put the ping off", arguments: [1, 29])
    func signOfLife(second: Int) {
        var connection = server(timing)
        connection.receive(frame)
        #expect(connection.advance(to: at(second)) == at(second + 30))
    }

    @Test("a pong, or any bytes, answer the ping")
    func pong() {
        for answer in [RawFrame(opcode: 10, maskingKey: exampleKey).bytes, frame] {
            var connection = server(timing)
            connection.advance(to: at(30))
            connection.receive(answer)
            #expect(connection.advance(to: at(49)) == at(79))
            #expect(connection.advance(to: at(50)) == at(79))
            #expect(connection.timeout == nil)
        }
    }

    @Test("a peer that leaves a ping unanswered is given up")
    func missingPong() {
        var connection = server(timing)
        connection.advance(to: at(30))
        _ = connection.takeOutput()
        #expect(connection.advance(to: at(50)) == nil)
        #expect(connection.timeout == .pong)
        #expect(connection.shouldCloseTransport && !connection.isOpen)
        #expect(throws: WebSocketNotOpen(.timedOut)) { try connection.sendText("too late") }
        #expect(connection.takeOutput() == nil)
        connection.receiveEOF()
        #expect(connection.allEvents() == [.ended(CloseStatus(code: .abnormalClosure))])
        #expect(connection.advance(to: at(1_000)) == nil)
    }

    @Test("the peer's Close frame is awaited, whatever else comes", arguments: [WebSocketRole.client, .server])
    func close(role: WebSocketRole) {
        var connection = WebSocketConnection(role: role, timing: timing)
        connection.advance(to: start)
        connection.close(CloseStatus(code: .goingAway))
        #expect(connection.advance(to: at(5)) == at(15))
        connection.receive(RawFrame(opcode: 2, maskingKey: role == .server ? exampleKey : nil).bytes)
        #expect(connection.allEvents() == [.binary(ByteBuffer())])
        #expect(connection.advance(to: at(14)) == at(15))
        #expect(!connection.shouldCloseTransport)
        #expect(connection.advance(to: at(15)) == nil)
        #expect(connection.timeout == .close && connection.shouldCloseTransport)
        connection.receiveEOF()
        #expect(connection.allEvents() == [.ended(CloseStatus(code: .abnormalClosure))])
    }

    @Test("a client waits for the server to end TCP, then ends it itself")
    func clientWaitsForTransport() {
        var connection = WebSocketConnection(role: .client, timing: timing)
        connection.advance(to: start)
        connection.close(CloseStatus(code: .normalClosure))
        connection.advance(to: at(1))
        connection.receive(RawFrame(opcode: 8, payload: ByteBuffer(bytes: [0x03, 0xE8])).bytes)
        #expect(connection.allEvents() == [.closeReceived(CloseStatus(code: .normalClosure))])
        #expect(connection.advance(to: at(3)) == at(13))
        #expect(!connection.shouldCloseTransport, "the server closes first")
        connection.advance(to: at(13))
        #expect(connection.timeout == .transportEnd && connection.shouldCloseTransport)
        connection.receiveEOF()
        #expect(connection.allEvents() == [.ended(CloseStatus(code: .normalClosure))], "the handshake was complete")
    }

    @Test("a server whose peer takes no output is not kept waiting either", arguments: [true, false])
    func serverWaitsForTransport(fails: Bool) {
        var connection = server(timing)
        connection.receive(fails ? RawFrame(opcode: 1).bytes : RawFrame(opcode: 8, maskingKey: exampleKey).bytes)
        _ = connection.allEvents()
        #expect(connection.shouldCloseTransport && connection.timeout == nil, "first the output is to be written")
        #expect(connection.advance(to: at(1)) == at(11))
        connection.advance(to: at(11))
        #expect(connection.timeout == .transportEnd)
    }

    @Test("after the end nothing is awaited")
    func end() {
        var connection = server(timing)
        connection.receiveEOF()
        _ = connection.allEvents()
        #expect(connection.advance(to: at(1)) == nil)
        #expect(connection.advance(to: at(9_999)) == nil)
        #expect(connection.timeout == nil)
    }

    @Test("without a close timeout a connection waits for ever")
    func forever() {
        var connection = server(WebSocketTiming(closeTimeout: nil))
        connection.close(nil)
        #expect(connection.advance(to: at(1_000_000)) == nil)
        #expect(connection.timeout == nil)
    }

    @Test("times outside their range are brought into it")
    func clamped() {
        let timing = WebSocketTiming(
            closeTimeout: .seconds(-1), pingInterval: .seconds(Int64.max), pongTimeout: .seconds(Int64.max))
        #expect(timing.closeTimeout == .zero)
        #expect(timing.pingInterval == WebSocketTiming.longest && timing.pongTimeout == WebSocketTiming.longest)
        var connection = server(timing)
        #expect(connection.advance(to: at(1)) == start + WebSocketTiming.longest)
    }

    @Test("time that goes back does no harm")
    func backwards() {
        var connection = server(timing)
        #expect(connection.advance(to: start - .seconds(100)) == at(30))
    }
}
