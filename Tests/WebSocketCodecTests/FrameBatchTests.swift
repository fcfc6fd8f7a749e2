import NIOCore
import Testing

@testable import WebSocketCodec

/// Frames that come in one read are read together; none of it may show.
@Suite("Frames of one read")
struct FrameBatchTests {
    private static let roles = [WebSocketRole.client, .server]

    private func frames(_ count: Int, to receiver: WebSocketRole) -> (bytes: ByteBuffer, payloads: [ByteBuffer]) {
        var generator = SeededGenerator(state: UInt64(count))
        var bytes = ByteBuffer()
        let payloads = (0..<count).map { generator.bytes($0 % 300) }
        for payload in payloads {
            RawFrame(opcode: 2, payload: payload, maskingKey: receiver == .server ? generator.key() : nil)
                .write(to: &bytes)
        }
        return (bytes, payloads)
    }

    @Test("any number of frames in one read are all delivered, in order", arguments: roles, [1, 2, 63, 64, 65, 200])
    func counts(receiver: WebSocketRole, count: Int) {
        let (bytes, payloads) = frames(count, to: receiver)
        var connection = WebSocketConnection(role: receiver)
        connection.receive(bytes)
        #expect(connection.allEvents() == payloads.map { .binary($0) })
        #expect(connection.nextEvent() == nil)
    }

    @Test("offsets and counters are those of each frame as it is taken", arguments: roles)
    func offsets(receiver: WebSocketRole) throws {
        let key = receiver == .server ? exampleKey : nil
        let headerSize = key == nil ? 2 : 6
        var bytes = RawFrame(opcode: 1, payload: ByteBuffer(string: "ab"), isFinal: false, maskingKey: key).bytes
        RawFrame(opcode: 9, maskingKey: key).write(to: &bytes)
        RawFrame(opcode: 0, payload: ByteBuffer(string: "c"), maskingKey: key).write(to: &bytes)
        var decoder = FrameDecoder(receiver: receiver)
        decoder.receive(bytes)
        var offsets: [UInt64] = []
        var consumed: [UInt64] = []
        var inside: [Bool] = []
        while let part = try decoder.nextPart() {
            offsets.append(part.streamOffset)
            consumed.append(decoder.bytesConsumed)
            inside.append(decoder.isInsideMessage)
            #expect(decoder.isInsideFrame == (decoder.bytesConsumed < UInt64(bytes.readableBytes)))
        }
        let size = UInt64(headerSize)
        #expect(offsets == [size, 2 * size + 2, 3 * size + 2])
        #expect(consumed == [size + 2, 2 * size + 2, 3 * size + 3])
        #expect(inside == [true, true, false])
    }

    @Test("what is received between two frames of a read comes behind them", arguments: roles)
    func interleaved(receiver: WebSocketRole) {
        let (bytes, payloads) = frames(9, to: receiver)
        var connection = WebSocketConnection(role: receiver)
        var events: [WebSocketEvent] = []
        connection.receive(bytes)
        events += (0..<4).compactMap { _ in connection.nextEvent() }
        connection.receive(bytes)
        events += connection.allEvents()
        #expect(events == (payloads + payloads).map { .binary($0) })
    }

    @Test("a frame that breaks a rule fails in its turn, at its place", arguments: roles)
    func violation(receiver: WebSocketRole) {
        var (bytes, payloads) = frames(5, to: receiver)
        let place = UInt64(bytes.readableBytes)
        bytes.writeBytes([0x83, receiver == .server ? 0x80 : 0x00])
        bytes.writeImmutableBuffer(frames(5, to: receiver).bytes)
        var connection = WebSocketConnection(role: receiver)
        connection.receive(bytes)
        let events = connection.allEvents()
        #expect(events.dropLast() == payloads.map { .binary($0) }[...])
        #expect(events.last?.line == "failed:reserved-opcode@\(place)")
    }

    @Test("text that is not UTF-8 fails among other frames, at its place", arguments: roles)
    func badText(receiver: WebSocketRole) {
        let key = receiver == .server ? exampleKey : nil
        var bytes = RawFrame(opcode: 1, payload: ByteBuffer(string: "good"), maskingKey: key).bytes
        RawFrame(opcode: 1, payload: ByteBuffer(bytes: [0x61, 0xFF]), maskingKey: key).write(to: &bytes)
        RawFrame(opcode: 1, payload: ByteBuffer(string: "late"), maskingKey: key).write(to: &bytes)
        var connection = WebSocketConnection(role: receiver)
        connection.receive(bytes)
        let place = receiver == .server ? 4 + 6 + 6 + 1 : 4 + 2 + 2 + 1
        #expect(connection.allEvents().map(\.line) == ["text:good", "failed:text-not-utf8@\(place)"])
        #expect(connection.ignoredBytes == UInt64(receiver == .server ? 10 : 6))
    }

    @Test("what follows a Close frame in its read is counted and ignored", arguments: roles)
    func close(receiver: WebSocketRole) {
        let key = receiver == .server ? exampleKey : nil
        let rest = frames(70, to: receiver).bytes
        var bytes = RawFrame(opcode: 8, maskingKey: key).bytes
        bytes.writeImmutableBuffer(rest)
        var connection = WebSocketConnection(role: receiver)
        connection.receive(bytes)
        #expect(connection.allEvents() == [.closeReceived(nil)])
        #expect(connection.ignoredBytes == UInt64(rest.readableBytes))
    }

    @Test("limits hold for each of them", arguments: roles)
    func limits(receiver: WebSocketRole) {
        let key = receiver == .server ? exampleKey : nil
        var bytes = RawFrame(opcode: 2, payload: ByteBuffer(repeating: 1, count: 9), maskingKey: key).bytes
        RawFrame(opcode: 2, payload: ByteBuffer(repeating: 1, count: 10), maskingKey: key).write(to: &bytes)
        RawFrame(opcode: 2, maskingKey: key).write(to: &bytes)
        var connection = WebSocketConnection(role: receiver, limits: WebSocketLimits(maximumMessageBytes: 9))
        connection.receive(bytes)
        let rules = connection.allEvents().map { event -> WebSocketRule? in
            if case .failed(let violation) = event { violation.rule } else { nil }
        }
        #expect(rules == [nil, .messageTooBig])
    }

    @Test("a copy of a connection goes its own way in the middle of a read", arguments: roles)
    func copy(receiver: WebSocketRole) {
        let (bytes, payloads) = frames(9, to: receiver)
        var connection = WebSocketConnection(role: receiver)
        connection.receive(bytes)
        _ = connection.nextEvent()
        var other = connection
        let rest = payloads.dropFirst().map { WebSocketEvent.binary($0) }
        #expect(connection.allEvents() == rest)
        #expect(other.allEvents() == rest)
    }

    @Test("small masked messages hold no more memory than the payload of their read")
    func memory() throws {
        var bytes = RawFrame(opcode: 2, payload: ByteBuffer(repeating: 1, count: 10), maskingKey: exampleKey).bytes
        bytes.writeImmutableBuffer(bytes)
        // A frame under way, which fills the rest of the read.
        RawFrame(
            opcode: 2, payload: ByteBuffer(repeating: 1, count: 60_000), announcedLength: 100_000,
            maskingKey: exampleKey
        ).write(to: &bytes)
        var connection = WebSocketConnection(role: .server)
        connection.receive(bytes)
        for event in connection.allEvents() {
            guard case .binary(let message) = event else { continue }
            #expect(message.storageCapacity <= 64)
        }
    }
}
