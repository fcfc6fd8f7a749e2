import NIOCore
import Testing

@testable import WebSocketCodec

/// Joins pieces, and checks of each what a piece promises.
private struct PieceJoiner {
    let longest: Int
    private(set) var events: [WebSocketEvent] = []
    private var message: WebSocketPiece?

    init(longest: Int) { self.longest = longest }

    mutating func take(_ event: WebSocketEvent) {
        guard case .piece(let piece) = event else { return events.append(event) }
        #expect(piece.bytes.readableBytes <= longest)
        #expect(piece.bytes.readableBytes > 0 || piece.isLast, "only a last piece may be empty")
        #expect(piece.isFirst == (message == nil))
        if piece.isText { #expect(String(validating: piece.bytes.readableBytesView, as: UTF8.self) != nil) }
        var joined = message ?? WebSocketPiece(isText: piece.isText, bytes: ByteBuffer())
        #expect(joined.isText == piece.isText)
        joined.bytes.writeImmutableBuffer(piece.bytes)
        message = piece.isLast ? nil : joined
        if piece.isLast { events.append(joined.isText ? .text(joined.bytes) : .binary(joined.bytes)) }
    }

    mutating func takeAll(of connection: inout WebSocketConnection) {
        while let event = connection.nextEvent() { take(event) }
    }
}

@Suite("Messages in pieces")
struct PieceTests {
    static let sizes = [4, 5, 7, 64, 1 << 20]

    @Test("the frame vectors lead to the same messages and the same violations", arguments: sizes)
    func frameVectors(longest: Int) throws {
        for vector in try FrameVectorTests.vectors.get() {
            for chunk in [1, 3, Int.max] {
                var connection = vector.connection(.pieces(ofAtMost: longest))
                let lines = Self.lines(vector.bytes.buffer, in: chunk, &connection, longest)
                #expect(lines == vector.run(splitAt: []).events, "\(vector.name) in \(chunk)")
            }
        }
    }

    @Test("the vectors of permessage-deflate lead to the same messages and the same violations", arguments: sizes)
    func deflateVectors(longest: Int) throws {
        for vector in try (Fixtures.load("deflate-frames") as [DeflateFrameVector]) {
            for chunk in [3, Int.max] {
                var connection = vector.connection(.pieces(ofAtMost: longest))
                let lines = Self.lines(vector.bytes.buffer, in: chunk, &connection, longest)
                #expect(lines == vector.run(splitAt: []), "\(vector.name) in \(chunk)")
            }
        }
    }

    private static func lines(
        _ bytes: ByteBuffer, in chunk: Int, _ connection: inout WebSocketConnection, _ longest: Int
    ) -> [String] {
        var bytes = bytes
        var joiner = PieceJoiner(longest: longest)
        while let read = bytes.readSlice(length: min(chunk, bytes.readableBytes)), read.readableBytes > 0 {
            connection.receive(read)
            joiner.takeAll(of: &connection)
        }
        return joiner.events.map(\.line)
    }

    @Test("a text of scalars of every width is cut between them", arguments: sizes, [false, true])
    func scalars(longest: Int, isCompressed: Bool) throws {
        let text = String(repeating: "a¢€😀", count: 300)
        let deflate = isCompressed ? DeflateParameters() : nil
        for role in [WebSocketRole.client, .server] {
            var sender = WebSocketConnection(role: role.peer, deflate: deflate)
            try sender.sendText(text)
            let output = sender.takeOutput() ?? ByteBuffer()
            for chunk in [1, 2, 7, 1_000, Int.max] {
                var receiver = WebSocketConnection(
                    role: role, delivery: .pieces(ofAtMost: longest), deflate: deflate)
                let lines = Self.lines(output, in: chunk, &receiver, longest)
                #expect(lines == ["text:\(text)"], "in \(chunk)")
            }
        }
    }

    @Test("a piece comes as soon as its bytes are there")
    func asTheyCome() {
        var connection = WebSocketConnection(role: .client, delivery: .pieces(ofAtMost: 100))
        connection.receive(ByteBuffer(bytes: [0x02, 0x05]))
        #expect(connection.nextEvent() == nil)
        connection.receive(ByteBuffer(bytes: [1, 2]))
        #expect(
            connection.allEvents() == [.piece(.init(isText: false, bytes: ByteBuffer(bytes: [1, 2]), isLast: false))])
        connection.receive(ByteBuffer(bytes: [3, 4, 5, 0x89, 0x00, 0x80, 0x00]))
        #expect(
            connection.allEvents() == [
                .piece(.init(isText: false, bytes: ByteBuffer(bytes: [3, 4, 5]), isFirst: false, isLast: false)),
                .ping(ByteBuffer()),
                .piece(.init(isText: false, bytes: ByteBuffer(), isFirst: false, isLast: true)),
            ])
    }

    @Test("the limit of a message holds for its pieces together", arguments: [false, true])
    func limit(isCompressed: Bool) throws {
        let limits = WebSocketLimits(maximumMessageBytes: 10_000)
        for (count, isAllowed) in [(10_000, true), (10_001, false)] {
            var sender = WebSocketConnection(role: .server, deflate: isCompressed ? DeflateParameters() : nil)
            try sender.sendBinary(ByteBuffer(repeating: 0, count: count))
            var receiver = WebSocketConnection(
                role: .client, limits: limits, delivery: .pieces(ofAtMost: 64),
                deflate: isCompressed ? DeflateParameters() : nil)
            receiver.receive(sender.takeOutput() ?? ByteBuffer())
            let last = receiver.allEvents().last?.line ?? ""
            #expect(last.hasPrefix("failed:message-too-big") == !isAllowed, "\(last)")
            #expect(last.hasSuffix(":true") == isAllowed)
        }
    }

    @Test("fragments are added up, and each message has the whole limit")
    func fragments() {
        let limits = WebSocketLimits(maximumMessageBytes: 8)
        var connection = WebSocketConnection(role: .client, limits: limits, delivery: .pieces(ofAtMost: 4))
        for _ in 1...3 {
            connection.receive(RawFrame(opcode: 2, payload: ByteBuffer(repeating: 1, count: 5), isFinal: false).bytes)
            connection.receive(RawFrame(opcode: 0, payload: ByteBuffer(repeating: 1, count: 3)).bytes)
            #expect(connection.allEvents().count == 3)
        }
        connection.receive(RawFrame(opcode: 2, payload: ByteBuffer(repeating: 1, count: 8), isFinal: false).bytes)
        connection.receive(RawFrame(opcode: 0, payload: ByteBuffer(repeating: 1, count: 1)).bytes)
        #expect(connection.allEvents().last?.line.hasPrefix("failed:message-too-big") == true)
    }

    @Test("what a few bytes inflate to is never held as a whole")
    func bomb() throws {
        let limits = WebSocketLimits(maximumMessageBytes: 64 << 20)
        var sender = WebSocketConnection(role: .server, deflate: DeflateParameters())
        try sender.sendBinary(ByteBuffer(repeating: 0, count: 32 << 20))
        var receiver = WebSocketConnection(
            role: .client, limits: limits, delivery: .pieces(ofAtMost: 10_000), deflate: DeflateParameters())
        receiver.receive(sender.takeOutput() ?? ByteBuffer())
        var total = 0
        var hasEnded = false
        while case .piece(let piece)? = receiver.nextEvent() {
            total += piece.bytes.readableBytes
            hasEnded = piece.isLast
            guard piece.bytes.readableBytes <= 10_000, piece.bytes.storageCapacity <= 65_536 else {
                Issue.record("a piece of \(piece.bytes.readableBytes) bytes in \(piece.bytes.storageCapacity)")
                return
            }
        }
        #expect(total == 32 << 20 && hasEnded)
    }

    @Test("after a failure or the peer's Close no piece comes")
    func ends() {
        var connection = WebSocketConnection(role: .client, delivery: .pieces(ofAtMost: 4))
        connection.receive(ByteBuffer(bytes: [0x01, 0x02, 0x61, 0xC3, 0x80, 0x01, 0x28]))
        #expect(
            connection.allEvents().map(\.line) == ["piece:text:61:true:false", "failed:text-not-utf8@6"])
        connection.receive(ByteBuffer(bytes: [0x81, 0x01, 0x61]))
        #expect(connection.allEvents().isEmpty)
    }

    @Test("sizes outside the range are brought into it", arguments: [(Int.min, 4), (3, 4), (5, 5), (Int.max, 1 << 30)])
    func range(given: Int, taken: Int) {
        #expect(WebSocketDelivery.pieces(ofAtMost: given).longestPiece == taken)
    }
}
