import NIOCore
import Testing

@testable import WebSocketCodec

@Suite("permessage-deflate sender")
struct DeflateSenderTests {
    static let agreements: [DeflateParameters] = [
        DeflateParameters(),
        DeflateParameters(serverNoContextTakeover: true),
        DeflateParameters(clientNoContextTakeover: true),
        DeflateParameters(serverNoContextTakeover: true, clientNoContextTakeover: true),
        DeflateParameters(serverMaxWindowBits: 8, clientMaxWindowBits: 8),
        DeflateParameters(serverMaxWindowBits: 9, clientMaxWindowBits: 12),
    ]

    private func compressAll(role: WebSocketRole = .server, _ parameters: DeflateParameters, _ messages: [String])
        throws -> [String]
    {
        var connection = WebSocketConnection(
            role: role, maskingKeys: .fixed(MaskingKey(0, 0, 0, 0)), deflate: parameters,
            deflateTuning: DeflateTuning(minimumBytes: 0))
        return try messages.map { message in
            try connection.sendText(message)
            return connection.takeOutput()?.hex ?? ""
        }
    }

    @Test("writes the bytes of RFC 7692 §7.2.3")
    func examples() throws {
        #expect(try compressAll(DeflateParameters(), ["Hello", "Hello"]) == ["c107f248cdc9c90700", "c105f200110000"])
        #expect(try compressAll(DeflateParameters(), [""]) == ["c10100"])
    }

    @Test("without context takeover, equal messages give equal bytes")
    func noContextTakeover() throws {
        let text = String(repeating: "Hello ", count: 20)
        let equal = try compressAll(DeflateParameters(serverNoContextTakeover: true), [text, text, text])
        #expect(Set(equal).count == 1)
        let differing = try compressAll(DeflateParameters(clientNoContextTakeover: true), [text, text])
        #expect(Set(differing).count == 2, "the client's parameter does not bind the server")
    }

    @Test("messages below the threshold are sent as they are")
    func threshold() throws {
        var connection = WebSocketConnection(
            role: .server, deflate: DeflateParameters(), deflateTuning: DeflateTuning(minimumBytes: 10))
        try connection.sendBinary(ByteBuffer(repeating: 0, count: 9))
        #expect(connection.takeOutput()?.hex.hasPrefix("8209") == true)
        try connection.sendBinary(ByteBuffer(repeating: 0, count: 10))
        #expect(connection.takeOutput()?.hex.hasPrefix("c2") == true)
    }

    @Test("without context takeover, what does not shrink is sent as it is")
    func incompressible() throws {
        var generator = SeededGenerator(state: 3)
        let noise = generator.bytes(1_000)
        var connection = WebSocketConnection(role: .server, deflate: DeflateParameters(serverNoContextTakeover: true))
        try connection.sendBinary(noise)
        #expect(connection.takeOutput()?.readableBytes == 1_004)
    }

    @Test("control frames are never compressed")
    func control() throws {
        var connection = WebSocketConnection(
            role: .server, deflate: DeflateParameters(), deflateTuning: DeflateTuning(minimumBytes: 0))
        try connection.sendPing(ByteBuffer(repeating: 0, count: 100))
        connection.close(CloseStatus(code: .normalClosure, reason: String(repeating: "a", count: 100)))
        let output = connection.allOutput()
        #expect(output[0] == 0x89)
        #expect(output[102] == 0x88)
    }

    @Test("messages of every kind and size survive, whatever was agreed", arguments: agreements, [1, 6, 9])
    func roundTrip(parameters: DeflateParameters, level: Int) throws {
        var generator = SeededGenerator(state: 11)
        let tuning = DeflateTuning(compressionLevel: level, minimumBytes: 1, windowEnforcement: .exact)
        var pair = ConnectionPair(
            client: WebSocketConnection(role: .client, deflate: parameters, deflateTuning: tuning),
            server: WebSocketConnection(role: .server, deflate: parameters, deflateTuning: tuning), chunk: 1_000)
        let words = ["{\"msg\":\"method\",", "\"id\":\"17\"", "é€😀", ",\"params\":[", "]}"]
        for size in [0, 1, 20, 300, 5_000, 34_000] {
            var text = ByteBuffer()
            while text.readableBytes < size {
                text.writeString(words[Int.random(in: 0..<words.count, using: &generator)])
            }
            let noise = generator.bytes(size)
            try pair.client.sendText(text)
            try pair.client.sendBinary(noise)
            try pair.server.sendBinary(noise)
            try pair.server.sendText(text)
            pair.exchange()
            #expect(pair.serverEvents == [.text(text), .binary(noise)], "\(size) bytes to the server")
            #expect(pair.clientEvents == [.binary(noise), .text(text)], "\(size) bytes to the client")
            pair.serverEvents = []
            pair.clientEvents = []
        }
    }

    @Test("output that ends exactly at the end of the buffer is complete")
    func exactBuffer() throws {
        // At level 0 the output is a few bytes longer than the message, and one of these fills the buffer of 64 KiB.
        var sender = WebSocketConnection(
            role: .server, deflate: DeflateParameters(), deflateTuning: DeflateTuning(compressionLevel: 0))
        var receiver = WebSocketConnection(role: .client, deflate: DeflateParameters())
        var generator = SeededGenerator(state: 5)
        let noises = generator.bytes(131_000)
        for size in [128, 4_096, 32_768, 131_000] + Array(65_500...65_536) {
            let noise = noises.getSlice(at: 0, length: size) ?? ByteBuffer()
            try sender.sendBinary(noise)
            let output = sender.takeOutput() ?? ByteBuffer()
            #expect(output.getInteger(at: 0, as: UInt8.self) == 0xC2, "\(size) bytes are compressed")
            receiver.receive(output)
            #expect(receiver.allEvents() == [.binary(noise)], "\(size) bytes")
        }
    }

    @Test("65 536 compressed fragments of one byte are one message")
    func manyFragments() {
        var generator = SeededGenerator(state: 9)
        let noise = generator.bytes(65_500)
        var deflater = Deflater(windowBits: 15, forgetsAfterMessage: false, tuning: DeflateTuning())
        guard let compressed = deflater.compress(noise) else {
            Issue.record("not compressed")
            return
        }
        var connection = WebSocketConnection(role: .client, deflate: DeflateParameters())
        var frames = ByteBuffer()
        let bytes = Array(compressed.readableBytesView)
        let padded = bytes.map { [$0] } + Array(repeating: [], count: max(0, 65_536 - bytes.count))
        for (index, payload) in padded.enumerated() {
            RawFrame(
                opcode: index == 0 ? 2 : 0, payload: ByteBuffer(bytes: payload), isFinal: index == padded.count - 1,
                rsv1: index == 0
            ).write(to: &frames)
        }
        connection.receive(frames)
        #expect(connection.allEvents() == [.binary(noise)])
        #expect(padded.count >= 65_536)
    }

    @Test("a copy of a connection goes its own way")
    func valueSemantics() throws {
        var original = WebSocketConnection(
            role: .server, deflate: DeflateParameters(), deflateTuning: DeflateTuning(minimumBytes: 0))
        try original.sendText("Hello")
        _ = original.takeOutput()
        var copy = original
        try copy.sendText("something else entirely")
        try original.sendText("Hello")
        #expect(original.takeOutput()?.hex == "c105f200110000")
        copy.receive(ByteBuffer(bytes: [0xC1, 0x87, 0, 0, 0, 0, 0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]))
        var second = copy
        #expect(copy.allEvents().map(\.line) == ["text:Hello"])
        #expect(second.allEvents().map(\.line) == ["text:Hello"])
    }

    @Test("a stream that belongs to one owner is not copied")
    func uniqueStream() {
        var stream: ZlibStream?
        let first = stream.unique(orNew: .inflate(windowBits: 15)).map(ObjectIdentifier.init)
        let second = stream.unique(orNew: .inflate(windowBits: 15)).map(ObjectIdentifier.init)
        #expect(first == second && first != nil)
        let other = stream
        let third = stream.unique(orNew: .inflate(windowBits: 15)).map(ObjectIdentifier.init)
        #expect(third != first)
        #expect(other.map(ObjectIdentifier.init) == first)
    }

    @Test("connections without context takeover share the contexts of a pool")
    func pool() throws {
        let pool = DeflateContextPool(maximumIdle: 2)
        let agreed = DeflateParameters(serverNoContextTakeover: true, clientNoContextTakeover: true)
        let text = String(repeating: "Hello ", count: 100)
        for _ in 0..<5 {
            var pair = ConnectionPair(
                client: WebSocketConnection(role: .client, deflate: agreed, deflateContexts: pool),
                server: WebSocketConnection(role: .server, deflate: agreed, deflateContexts: pool))
            for _ in 0..<3 {
                try pair.client.sendText(text)
                try pair.server.sendText(text)
                pair.exchange()
            }
            #expect(pair.serverEvents == Array(repeating: .text(ByteBuffer(string: text)), count: 3))
            #expect(pair.clientEvents == Array(repeating: .text(ByteBuffer(string: text)), count: 3))
            #expect(pool.idleCount == 2, "one context to deflate and one to inflate")
        }
    }

    @Test("a context of another message's window never comes out of the pool")
    func poolIsClean() {
        let pool = DeflateContextPool()
        let agreed = DeflateParameters(serverNoContextTakeover: true)
        let first: [UInt8] = [0xC1, 0x07, 0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]
        let reachingBack: [UInt8] = [0xC1, 0x05, 0xF2, 0x00, 0x11, 0x00, 0x00]
        var one = WebSocketConnection(role: .client, deflate: agreed, deflateContexts: pool)
        one.receive(ByteBuffer(bytes: first))
        #expect(one.allEvents().map(\.line) == ["text:Hello"])
        #expect(pool.idleCount == 1)
        var other = WebSocketConnection(role: .client, deflate: agreed, deflateContexts: pool)
        other.receive(ByteBuffer(bytes: reachingBack))
        #expect(other.allEvents().map(\.line) == ["failed:deflate-data-invalid@2"])
        #expect(pool.idleCount == 0, "a context that has failed is not given back")
    }

    @Test("with context takeover every connection keeps its own")
    func poolIsNotUsed() throws {
        let pool = DeflateContextPool()
        var connection = WebSocketConnection(
            role: .server, deflate: DeflateParameters(), deflateTuning: DeflateTuning(minimumBytes: 0),
            deflateContexts: pool)
        try connection.sendText("Hello")
        #expect(pool.idleCount == 0)
    }
}
