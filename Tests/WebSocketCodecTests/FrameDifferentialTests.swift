import NIOCore
import NIOEmbedded
import NIOWebSocket
import Testing

@testable import WebSocketCodec

/// A frame as both decoders see it.
private struct SeenFrame: Equatable {
    var isFinal: Bool
    var rsv1: Bool
    var opcode: UInt8
    var payload: [UInt8]
}

@Suite("Differential: NIOWebSocket")
struct FrameDifferentialTests {
    private func ours(_ pieces: [ByteBuffer], receiver: WebSocketRole) throws -> [SeenFrame] {
        var decoder = FrameDecoder(receiver: receiver, allowsRSV1: true)
        var frames: [SeenFrame] = []
        var payload = ByteBuffer()
        for piece in pieces {
            decoder.receive(piece)
            while let part = try decoder.nextPart() {
                if part.isFirst { payload = ByteBuffer() }
                part.write(to: &payload)
                guard part.isLast else { continue }
                frames.append(
                    SeenFrame(
                        isFinal: part.header.isFinal, rsv1: part.header.rsv1, opcode: part.header.opcode.rawValue,
                        payload: Array(payload.readableBytesView)))
            }
        }
        #expect(!decoder.isInsideFrame)
        return frames
    }

    private func theirs(_ pieces: [ByteBuffer]) throws -> [SeenFrame] {
        let channel = EmbeddedChannel(handler: ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: 1 << 20)))
        for piece in pieces { try channel.writeInbound(piece) }
        var frames: [SeenFrame] = []
        while let frame = try channel.readInbound(as: WebSocketFrame.self) {
            frames.append(
                SeenFrame(
                    isFinal: frame.fin, rsv1: frame.rsv1, opcode: UInt8(webSocketOpcode: frame.opcode),
                    payload: Array(frame.unmaskedData.readableBytesView)))
        }
        _ = try channel.finish()
        return frames
    }

    @Test("both decoders see the same frames in valid traffic", arguments: [WebSocketRole.client, .server])
    func sameFrames(receiver: WebSocketRole) throws {
        for seed in UInt64(50)..<56 {
            var generator = SeededGenerator(state: seed)
            var bytes = RandomTraffic(
                receiver: receiver, deflate: DeflateParameters(), messages: 10, using: &generator
            ).bytes
            for count in [126, 65_535, 65_536] {
                RawFrame(
                    opcode: 2, payload: ByteBuffer(repeating: UInt8(seed), count: count),
                    maskingKey: receiver == .server ? generator.key() : nil
                ).write(to: &bytes)
            }
            let pieces = generator.pieces(of: bytes, longest: 3_000)
            let seen = try ours(pieces, receiver: receiver)
            #expect(seen == (try theirs(pieces)), "seed \(seed)")
            #expect(seen.count > 20)
        }
    }

    @Test("their encoder's frames are read by our decoder", arguments: [true, false])
    func theirEncoder(masked: Bool) throws {
        var generator = SeededGenerator(state: 4)
        for count in [0, 1, 125, 126, 65_535, 65_536] {
            let payload = generator.bytes(count)
            let channel = EmbeddedChannel(handler: WebSocketFrameEncoder())
            let key: WebSocketMaskingKey? = masked ? [0x37, 0xFA, 0x21, 0x3D] : nil
            try channel.writeOutbound(WebSocketFrame(fin: true, opcode: .binary, maskKey: key, data: payload))
            var connection = WebSocketConnection(role: masked ? .server : .client)
            while let bytes = try channel.readOutbound(as: ByteBuffer.self) { connection.receive(bytes) }
            #expect(connection.allEvents() == [.binary(payload)], "\(count) bytes")
        }
    }
}
