import NIOCore
import Testing

@testable import WebSocketCodec

@Suite("Closing handshake")
struct CloseMachineTests {
    enum Input: Sendable { case close, receiveClose, fail, end }

    struct Row: Sendable, CustomTestStringConvertible {
        var inputs: [Input]
        var sendsClose: [Bool]
        var isOpen = false
        var server: Bool
        var client: Bool
        var end: CloseCode?
        var testDescription: String { "\(inputs)" }
    }

    /// After `inputs`: which of them sent a Close frame, whether each role closes TCP, the code reported at the end.
    static let rows = [
        Row(inputs: [], sendsClose: [], isOpen: true, server: false, client: false, end: .abnormalClosure),
        Row(inputs: [.close], sendsClose: [true], server: false, client: false, end: .abnormalClosure),
        Row(inputs: [.close, .close], sendsClose: [true, false], server: false, client: false, end: .abnormalClosure),
        Row(inputs: [.receiveClose], sendsClose: [true], server: true, client: false, end: .goingAway),
        Row(inputs: [.close, .receiveClose], sendsClose: [true, false], server: true, client: false, end: .goingAway),
        Row(inputs: [.receiveClose, .close], sendsClose: [true, false], server: true, client: false, end: .goingAway),
        Row(inputs: [.fail], sendsClose: [true], server: true, client: true, end: .abnormalClosure),
        Row(inputs: [.close, .fail], sendsClose: [true, false], server: true, client: true, end: .abnormalClosure),
        Row(inputs: [.fail, .close], sendsClose: [true, false], server: true, client: true, end: .abnormalClosure),
        Row(inputs: [.receiveClose, .fail], sendsClose: [true, false], server: true, client: false, end: .goingAway),
        Row(inputs: [.end], sendsClose: [false], server: true, client: true, end: nil),
        Row(inputs: [.end, .close], sendsClose: [false, false], server: true, client: true, end: nil),
    ]

    @Test("goes by the table", arguments: rows, [WebSocketRole.client, .server])
    func table(row: Row, role: WebSocketRole) {
        var machine = CloseMachine(role: role)
        let sent = row.inputs.map { input -> Bool in
            switch input {
            case .close: return machine.close(CloseStatus(code: .normalClosure)) != .none
            case .receiveClose: return machine.receiveClose(CloseStatus(code: .goingAway)) != .none
            case .fail: return machine.fail(WebSocketViolation(.reservedBits, at: 0, "")) != .none
            case .end:
                _ = machine.end()
                return false
            }
        }
        #expect(sent == row.sendsClose)
        #expect(machine.isOpen == row.isOpen)
        #expect(machine.shouldCloseTransport == (role == .server ? row.server : row.client))
        #expect(machine.end()?.code == row.end)
        #expect(machine.end() == nil, "the end is reported once")
    }

    @Test("a Close frame without a code ends as 1005")
    func noStatus() {
        var connection = WebSocketConnection(role: .client)
        connection.receive(ByteBuffer(bytes: [0x88, 0x00]))
        connection.receiveEOF()
        #expect(connection.allEvents() == [.closeReceived(nil), .ended(CloseStatus(code: .noStatusReceived))])
    }

    @Test("the end keeps the peer's code and reason")
    func peerStatus() {
        var connection = WebSocketConnection(role: .client)
        let status = CloseStatus(code: CloseCode(rawValue: 4_001), reason: "gone")
        connection.receive(RawFrame(opcode: 8, payload: status.payload).bytes)
        connection.receiveEOF()
        #expect(connection.allEvents() == [.closeReceived(status), .ended(status)])
    }

    @Test("input is worked off before the end is reported, and a cut frame ends as 1006")
    func cutFrame() {
        var connection = WebSocketConnection(role: .client)
        connection.receive(ByteBuffer(bytes: [0x81, 0x01, 0x61, 0x81, 0x05, 0x61]))
        connection.receiveEOF()
        #expect(connection.allEvents().map(\.line) == ["text:a", "ended:1006"])
        #expect(!connection.isOpen)
    }

    @Test("after our Close, messages still arrive and pings are still answered, but nothing more is sent")
    func receivesWhileClosing() {
        var connection = WebSocketConnection(role: .server)
        connection.close(CloseStatus(code: .goingAway))
        _ = connection.takeOutput()
        #expect(throws: WebSocketNotOpen(.closing)) { try connection.sendText("late") }
        #expect(throws: WebSocketNotOpen(.closing)) { try connection.sendPing(ByteBuffer()) }
        #expect(connection.takeOutput() == nil)
        connection.receive(ByteBuffer(bytes: [0x81, 0x81, 0, 0, 0, 0, 0x61, 0x89, 0x80, 0, 0, 0, 0]))
        #expect(connection.allEvents().map(\.line) == ["text:a", "ping:"])
        #expect(connection.allOutput() == [0x8A, 0x00])
    }

    @Test("bytes after the peer's Close are counted and ignored")
    func ignoredBytes() {
        var connection = WebSocketConnection(role: .client)
        connection.receive(ByteBuffer(bytes: [0x88, 0x00, 0xFF, 0xFF]))
        #expect(connection.allEvents().map(\.line) == ["close"])
        connection.receive(ByteBuffer(bytes: [0xFF]))
        #expect(connection.allEvents().isEmpty)
        #expect(connection.ignoredBytes == 3)
    }

    @Test(
        "codes that may not appear on the wire are sent as an empty payload",
        arguments: [0, 999, 1005, 1006, 1015, 5000])
    func forbiddenCodes(code: UInt16) {
        var connection = WebSocketConnection(role: .server)
        connection.close(CloseStatus(code: CloseCode(rawValue: code), reason: "x"))
        #expect(connection.allOutput() == [0x88, 0x00])
    }

    @Test("a long reason is cut at a scalar boundary")
    func longReason() {
        let status = CloseStatus(code: .normalClosure, reason: String(repeating: "€", count: 60))
        #expect(status.payload.readableBytes == 2 + 123)
        let cut = CloseStatus(code: .normalClosure, reason: "ab" + String(repeating: "€", count: 60))
        #expect(cut.payload.readableBytes == 2 + 122)
    }
}
