import Clocks
import NIOCore
import Testing

@testable import WebSocketCodec

@Suite("A connection that takes no more")
struct ClosedConnectionTests {
    /// How a connection came to its end, and why it then refuses to send.
    struct Ending: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var cause: WebSocketNotOpen.Cause
        var apply: @Sendable (inout WebSocketConnection, WebSocketRole) -> Void
    }

    private static func frame(_ opcode: UInt8, to role: WebSocketRole) -> ByteBuffer {
        RawFrame(opcode: opcode, maskingKey: role == .server ? exampleKey : nil).bytes
    }

    static let endings = [
        Ending(testDescription: "own Close", cause: .closing) { connection, _ in connection.close(nil) },
        Ending(testDescription: "peer's Close", cause: .closed) { connection, role in
            connection.receive(frame(8, to: role))
        },
        Ending(testDescription: "violation", cause: .failed) { connection, role in
            connection.receive(frame(3, to: role))
        },
        Ending(testDescription: "end of the transport", cause: .ended) { connection, _ in connection.receiveEOF() },
        Ending(testDescription: "timeout", cause: .timedOut) { connection, _ in
            let now = MonotonicClock.now
            connection.advance(to: now)
            connection.advance(to: now + .seconds(1))
            connection.advance(to: now + .seconds(2))
        },
    ]

    private static func connection(_ role: WebSocketRole, _ deflate: DeflateParameters? = nil) -> WebSocketConnection {
        WebSocketConnection(
            role: role, deflate: deflate, timing: WebSocketTiming(pingInterval: .seconds(1), pongTimeout: .seconds(1)))
    }

    @Test("refuses every kind of message, says why, and queues nothing", arguments: endings, [false, true])
    func refuses(ending: Ending, isCompressed: Bool) {
        for role in [WebSocketRole.client, .server] {
            var connection = Self.connection(role, isCompressed ? DeflateParameters() : nil)
            ending.apply(&connection, role)
            _ = connection.allEvents()
            _ = connection.takeOutput()
            let refusal = WebSocketNotOpen(ending.cause)
            #expect(!connection.isOpen)
            #expect(throws: refusal) { try connection.sendText("late") }
            #expect(throws: refusal) { try connection.sendText(ByteBuffer(string: "late")) }
            #expect(throws: refusal) { try connection.sendBinary(ByteBuffer(string: "late")) }
            #expect(throws: refusal) { try connection.sendPing(ByteBuffer()) }
            #expect(throws: refusal) {
                try ByteBuffer(string: "late").withUnsafeReadableBytes { try connection.sendText($0) }
            }
            #expect(connection.takeOutput() == nil)
        }
    }

    @Test("each refusal is told in words of its own")
    func descriptions() {
        let lines = WebSocketNotOpen.Cause.allCases.map { WebSocketNotOpen($0).description }
        #expect(Set(lines).count == WebSocketNotOpen.Cause.allCases.count)
    }
}

@Suite("What is to be done with the transport")
struct TransportActionTests {
    enum Step: Sendable { case close, receiveClose, fail, end, timeOut }

    struct Row: Sendable, CustomTestStringConvertible {
        var steps: [Step]
        /// `w` write, `l` linger, `c` close; the actions of each step.
        var server: [String]
        var client: [String]
        var testDescription: String { "\(steps)" }
    }

    static let rows = [
        Row(steps: [.close], server: ["w"], client: ["w"]),
        Row(steps: [.close, .receiveClose, .end], server: ["w", "l", "c"], client: ["w", "", "c"]),
        Row(steps: [.receiveClose, .end], server: ["wl", "c"], client: ["w", "c"]),
        Row(steps: [.fail, .end], server: ["wl", "c"], client: ["wl", "c"]),
        Row(steps: [.close, .fail, .end], server: ["w", "l", "c"], client: ["w", "l", "c"]),
        Row(steps: [.end], server: ["c"], client: ["c"]),
        Row(steps: [.fail, .timeOut, .end], server: ["wl", "c", ""], client: ["wl", "c", ""]),
        Row(steps: [.receiveClose, .timeOut], server: ["wl", "c"], client: ["w", "c"]),
        Row(steps: [.close, .timeOut, .end], server: ["w", "c", ""], client: ["w", "c", ""]),
    ]

    @Test("what is queued is written, then the transport lingers, then it is closed", arguments: rows)
    func actions(row: Row) {
        for role in [WebSocketRole.client, .server] {
            var connection = WebSocketConnection(role: role, timing: WebSocketTiming(closeTimeout: .seconds(10)))
            var now = MonotonicClock.now
            connection.advance(to: now)
            let told = row.steps.map { step in
                apply(step, to: &connection, role, &now)
                connection.advance(to: now)
                var letters = ""
                while let action = connection.nextAction() { letters += Self.letter(action) }
                return letters
            }
            #expect(told == (role == .server ? row.server : row.client), "\(role)")
        }
    }

    private func apply(
        _ step: Step, to connection: inout WebSocketConnection, _ role: WebSocketRole,
        _ now: inout MonotonicClock.Instant
    ) {
        let key = role == .server ? exampleKey : nil
        switch step {
        case .close: connection.close(nil)
        case .receiveClose: connection.receive(RawFrame(opcode: 8, maskingKey: key).bytes)
        case .fail: connection.receive(RawFrame(opcode: 3, maskingKey: key).bytes)
        case .end: connection.receiveEOF()
        case .timeOut: now += .seconds(10)
        }
        _ = connection.allEvents()
    }

    private static func letter(_ action: WebSocketAction) -> String {
        switch action {
        case .write: "w"
        case .linger: "l"
        case .close: "c"
        }
    }

    @Test("a transport whose two directions have ended does not linger")
    func bothEnded() {
        var connection = WebSocketConnection(role: .client)
        connection.receive(RawFrame(opcode: 3).bytes)
        connection.receiveEOF()
        _ = connection.allEvents()
        #expect(connection.nextAction().map(Self.letter) == "w")
        #expect(connection.nextAction() == .close)
        #expect(connection.nextAction() == nil)
    }

    @Test("the bytes to write are those that were queued")
    func bytes() throws {
        var connection = WebSocketConnection(role: .server)
        try connection.sendText("a")
        try connection.sendPing(ByteBuffer())
        #expect(connection.nextAction() == .write(ByteBuffer(bytes: [0x81, 0x01, 0x61, 0x89, 0x00])))
        #expect(connection.nextAction() == nil)
    }
}
