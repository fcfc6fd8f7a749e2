import NIOCore
import Testing

@testable import WebSocketCodec

/// Python's zlib on the bare DEFLATE data of messages, in both directions.
@Suite(
    "Peer: Python's zlib",
    .enabled(if: CodecPeer.isTested, "no .build-peers/venv: the foreign peer is left out; harness/test installs it"),
    .serialized, .timeLimit(.minutes(2)))
struct ZlibPeerTests {
    private static let messages: [ByteBuffer] = {
        var generator = SeededGenerator(state: 3)
        let words = String(repeating: "{\"msg\":\"added\",\"collection\":\"ticks\",\"id\":\"7\"},", count: 40)
        let block = generator.bytes(300)
        return [
            ByteBuffer(string: "Hello"), ByteBuffer(string: "Hello"), ByteBuffer(string: words), block, ByteBuffer(),
            block, ByteBuffer(repeating: 0, count: 5_000), generator.bytes(2_000), ByteBuffer(string: words),
        ]
    }()

    @Test("it inflates what we compress, within the agreed window", arguments: 8...15, [true, false])
    func inflates(bits: Int, takesOver: Bool) throws {
        try CodecPeer.lend { peer in
            for level in [0, 1, 6, 9] {
                var connection = WebSocketConnection(
                    role: .server,
                    deflate: DeflateParameters(serverNoContextTakeover: !takesOver, serverMaxWindowBits: bits),
                    deflateTuning: DeflateTuning(compressionLevel: level, minimumBytes: 0))
                var decoder = FrameDecoder(receiver: .client, allowsRSV1: true)
                var sent: [ByteBuffer] = []
                var payloads: [String] = []
                for message in Self.messages {
                    try connection.sendBinary(message)
                    decoder.receive(connection.takeOutput() ?? ByteBuffer())
                    let part = try #require(try decoder.nextPart())
                    #expect(part.isLast)
                    // Without takeover what does not shrink is sent as it is.
                    guard part.header.rsv1 else {
                        #expect(!takesOver && part.payload == message)
                        continue
                    }
                    sent.append(message)
                    payloads.append(part.payload.base64)
                }
                let answer = try peer.ask("inflate", ["bits": bits, "takeover": takesOver, "payloads": payloads])
                #expect(answer.bytes == sent.map(\.base64), "level \(level): \(answer.error ?? "")")
            }
        }
    }

    @Test(
        "we inflate what it compresses", arguments: 9...15,
        ["Z_DEFAULT_STRATEGY", "Z_FILTERED", "Z_HUFFMAN_ONLY", "Z_RLE", "Z_FIXED"])
    func compresses(bits: Int, strategy: String) throws {
        try CodecPeer.lend { peer in
            for (level, takesOver, isFinal) in [
                (0, true, false), (1, true, false), (6, true, false), (9, true, false), (6, false, false),
                (6, true, true),
                (0, true, true),
            ] {
                let answer = try peer.ask(
                    "deflate",
                    [
                        "bits": bits, "takeover": takesOver, "level": level, "strategy": strategy, "final": isFinal,
                        "messages": Self.messages.map(\.base64),
                    ])
                var connection = WebSocketConnection(
                    role: .client,
                    deflate: DeflateParameters(serverNoContextTakeover: !takesOver, serverMaxWindowBits: bits),
                    deflateTuning: DeflateTuning(windowEnforcement: .exact))
                for payload in answer.payloads ?? [] {
                    try connection.receive(
                        RawFrame(opcode: 2, payload: ByteBuffer(base64: payload), rsv1: true).bytes)
                }
                #expect(
                    connection.allEvents() == Self.messages.map { .binary($0) },
                    "level \(level), takeover \(takesOver), BFINAL \(isFinal): \(answer.error ?? "")")
            }
        }
    }
}

extension CodecPeer.Answer {
    var bytes: [String] { (messages ?? []).compactMap { if case .bytes(let bytes) = $0 { bytes } else { nil } } }
}
