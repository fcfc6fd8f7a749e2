import NIOCore
import Testing

@testable import WebSocketCodec

/// A client and a server joined by a link that delivers in chunks of a given size.
struct ConnectionPair {
    var client = WebSocketConnection(role: .client)
    var server = WebSocketConnection(role: .server)
    var chunk = Int.max
    var clientEvents: [WebSocketEvent] = []
    var serverEvents: [WebSocketEvent] = []

    mutating func exchange() {
        var moved = true
        while moved {
            moved = Self.deliver(from: &client, to: &server, chunk: chunk, into: &serverEvents)
            moved = Self.deliver(from: &server, to: &client, chunk: chunk, into: &clientEvents) || moved
        }
    }

    private static func deliver(
        from sender: inout WebSocketConnection, to receiver: inout WebSocketConnection, chunk: Int,
        into events: inout [WebSocketEvent]
    ) -> Bool {
        guard var bytes = sender.takeOutput() else { return false }
        while let piece = bytes.readSlice(length: min(chunk, bytes.readableBytes)), piece.readableBytes > 0 {
            receiver.receive(piece)
            events += receiver.allEvents()
        }
        return true
    }
}

@Suite("Two connections on a link")
struct ConnectionPairTests {
    @Test(
        "messages of every length form arrive whole, both ways, over any chunk size",
        arguments: [1, 2, 3, 7, 1_024, .max])
    func roundTrip(chunk: Int) throws {
        var pair = ConnectionPair(chunk: chunk)
        let sizes = chunk < 8 ? [0, 1, 125, 126, 600] : [0, 1, 125, 126, 65_535, 65_536, 300_000]
        for size in sizes {
            let binary = ByteBuffer(bytes: (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) })
            let text = String(repeating: "aé€😀", count: size / 10)
            try pair.client.sendBinary(binary)
            try pair.server.sendBinary(binary)
            try pair.client.sendText(text)
            try pair.server.sendText(ByteBuffer(string: text))
            pair.exchange()
            let expected: [WebSocketEvent] = [.binary(binary), .text(ByteBuffer(string: text))]
            #expect(pair.serverEvents == expected, "\(size) bytes to the server")
            #expect(pair.clientEvents == expected, "\(size) bytes to the client")
            pair.serverEvents = []
            pair.clientEvents = []
        }
    }

    @Test("a ping is answered by a pong with the same payload")
    func ping() throws {
        var pair = ConnectionPair()
        try pair.client.sendPing(ByteBuffer(string: "are you there"))
        pair.exchange()
        #expect(pair.serverEvents == [.ping(ByteBuffer(string: "are you there"))])
        #expect(pair.clientEvents == [.pong(ByteBuffer(string: "are you there"))])
    }

    @Test("either end can close, and only the server then closes TCP", arguments: [WebSocketRole.client, .server])
    func close(by role: WebSocketRole) {
        var pair = ConnectionPair()
        let status = CloseStatus(code: .goingAway, reason: "bye")
        if role == .client { pair.client.close(status) } else { pair.server.close(status) }
        pair.exchange()
        #expect(pair.serverEvents == [.closeReceived(status)])
        #expect(pair.clientEvents == [.closeReceived(status)])
        #expect(pair.server.shouldCloseTransport)
        #expect(!pair.client.shouldCloseTransport)
        #expect(!pair.client.isOpen && !pair.server.isOpen)
        pair.client.receiveEOF()
        #expect(pair.client.nextEvent() == .ended(status))
    }

    @Test("both ends can close at once")
    func simultaneousClose() {
        var pair = ConnectionPair()
        pair.client.close(CloseStatus(code: .normalClosure))
        pair.server.close(CloseStatus(code: .goingAway))
        pair.exchange()
        #expect(pair.serverEvents == [.closeReceived(CloseStatus(code: .normalClosure))])
        #expect(pair.clientEvents == [.closeReceived(CloseStatus(code: .goingAway))])
    }

    @Test("a failure reaches the peer as a Close frame with the rule's code")
    func failure() {
        var pair = ConnectionPair()
        pair.client.sendRaw(RawFrame(opcode: 3, maskingKey: exampleKey))
        pair.exchange()
        #expect(pair.serverEvents.map(\.line) == ["failed:reserved-opcode@0"])
        #expect(pair.clientEvents.map(\.line) == ["close:1002:reserved-opcode"])
        #expect(pair.server.shouldCloseTransport)
    }

    @Test("65 536 fragments are one message")
    func manyFragments() {
        var pair = ConnectionPair()
        for index in 0..<65_536 {
            pair.client.sendRaw(
                RawFrame(
                    opcode: index == 0 ? 2 : 0, payload: ByteBuffer(bytes: [UInt8(truncatingIfNeeded: index)]),
                    isFinal: index == 65_535, maskingKey: exampleKey))
        }
        pair.exchange()
        #expect(pair.serverEvents == [.binary(ByteBuffer(bytes: (0..<65_536).map { UInt8(truncatingIfNeeded: $0) }))])
    }

    @Test("a message announced but not sent takes no memory")
    func announcedOnly() {
        var decoder = FrameDecoder(receiver: .client)
        decoder.receive(RawFrame(opcode: 2, announcedLength: 16 << 20).bytes)
        let part = try? decoder.nextPart()
        #expect(part?.count == 0)
        #expect(part?.payload.capacity ?? 0 < 1_024)
    }

    @Test("a decoder that has failed goes on failing")
    func failedDecoder() {
        var decoder = FrameDecoder(receiver: .client)
        decoder.receive(ByteBuffer(bytes: [0x83, 0x00]))
        #expect(throws: WebSocketViolation.self) { try decoder.nextPart() }
        decoder.receive(ByteBuffer(bytes: [0x81, 0x00]))
        #expect(throws: WebSocketViolation.self) { try decoder.nextPart() }
    }
}
