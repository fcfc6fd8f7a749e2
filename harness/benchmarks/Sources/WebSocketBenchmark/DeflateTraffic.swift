import NIOCore
import RawZlib
import WebSocketCodec

/// Messages as chat and DDP have them, and how they are compressed.
struct DeflateTraffic {
    let level: Int
    let takesOver: Bool
    let messageBytes: Int
    let messages: [ByteBuffer]
    let compressed: [ByteBuffer]

    init(level: Int, takesOver: Bool, messageBytes: Int) {
        self.level = level
        self.takesOver = takesOver
        self.messageBytes = messageBytes
        var number: UInt64 = 7
        messages = (0..<max(4, 131_072 / messageBytes)).map { _ in
            var message = ByteBuffer()
            while message.readableBytes < messageBytes {
                number = number &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let word = ["alice", "bob", "node-3", "ready", "changed"][Int(number >> 60) % 5]
                message.writeString(
                    "{\"msg\":\"\(word)\",\"id\":\"\(number >> 40)\",\"fields\":{\"at\":\(number >> 52)}},")
            }
            return message.readSlice(length: messageBytes) ?? message
        }
        let stream = raw_deflater(Int32(level))
        compressed = messages.map { message in
            if !takesOver { raw_zlib_reset(stream) }
            return Self.deflate(message, with: stream)
        }
    }

    private static func deflate(_ message: ByteBuffer, with stream: OpaquePointer?) -> ByteBuffer {
        var output = ByteBuffer()
        message.withUnsafeReadableBytes { input in
            _ = output.writeWithUnsafeMutableBytes(minimumWritableBytes: input.count + 1_024) { room in
                raw_deflate(stream, input.baseAddress, input.count, room.baseAddress, room.count)
            }
        }
        return output
    }

    private var agreed: DeflateParameters { DeflateParameters(serverNoContextTakeover: !takesOver) }

    /// Compresses each message and writes its frame.
    func sender() -> Contender {
        var connection = WebSocketConnection(
            HandshakeAgreement(role: .server, deflate: agreed), deflateTuning: DeflateTuning(compressionLevel: level))
        return Contender(frames: messages.count) {
            var bytes = 0
            for message in messages {
                try? connection.sendBinary(message)
                bytes &+= connection.takeOutput()?.readableBytes ?? 0
            }
            return bytes
        }
    }

    /// Reads the frame of each message and inflates it.
    func receiver() -> Contender {
        var connection = WebSocketConnection(HandshakeAgreement(role: .client, deflate: agreed))
        let frames = compressed.map { RawFrame(opcode: 2, payload: $0, rsv1: true).bytes }
        return Contender(frames: frames.count) {
            var bytes = 0
            for frame in frames {
                connection.receive(frame)
                guard case .binary(let message)? = connection.nextEvent() else {
                    preconditionFailure("expected a message")
                }
                bytes &+= message.readableBytes
            }
            precondition(bytes == frames.count * messageBytes, "inflated to another size")
            return bytes
        }
    }

    /// zlib alone, from and to memory that is used again.
    func rawDeflater() -> Contender {
        let stream = raw_deflater(Int32(level))
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: messageBytes + 1_024, alignment: 16)
        return Contender(frames: messages.count) {
            var bytes = 0
            for message in messages {
                bytes &+= message.withUnsafeReadableBytes { input in
                    raw_deflate(stream, input.baseAddress, input.count, room.baseAddress, room.count)
                }
                if !takesOver { raw_zlib_reset(stream) }
            }
            return bytes
        }
    }

    /// zlib alone, from and to memory that is used again.
    func rawInflater() -> Contender {
        let stream = raw_inflater()
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: messageBytes + 1_024, alignment: 16)
        return Contender(frames: compressed.count) {
            var bytes = 0
            for message in compressed {
                bytes &+= message.withUnsafeReadableBytes { input in
                    raw_inflate(stream, input.baseAddress, input.count, room.baseAddress, room.count)
                }
                if !takesOver { raw_zlib_reset(stream) }
            }
            precondition(bytes == compressed.count * messageBytes, "inflated to another size")
            return bytes
        }
    }
}
