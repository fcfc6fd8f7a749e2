import CZlib
import NIOCore

/// Compresses the messages one end sends (RFC 7692 §7.2.1). The context is allocated with the first message.
struct Deflater: Sendable {
    private static let largestStep = 65_536
    private static let tail: [UInt8] = [0x00, 0x00, 0xFF, 0xFF]

    private let direction: ZlibStream.Direction
    private let forgetsAfterMessage: Bool
    private let minimumBytes: Int
    private let pool: DeflateContextPool?
    private var stream: ZlibStream?

    init(windowBits: Int, forgetsAfterMessage: Bool, tuning: DeflateTuning, pool: DeflateContextPool? = nil) {
        self.pool = pool
        // zlib can't deflate with 8 bits; what it makes of 9 never reaches back more than 250 bytes.
        direction = .deflate(
            level: min(max(tuning.compressionLevel, 0), 9),
            windowBits: max(9, min(windowBits, tuning.windowBits)),
            memoryLevel: min(max(tuning.memoryLevel, 1), 9))
        self.forgetsAfterMessage = forgetsAfterMessage
        minimumBytes = tuning.minimumBytes
    }

    /// The compressed payload; nil if the message is to be sent as it is: too small, not smaller when compressed
    /// (where the context does not need it), or no memory.
    mutating func compress(_ message: ByteBuffer) -> ByteBuffer? {
        guard message.readableBytes >= minimumBytes else { return nil }
        // An empty message gives zlib nothing to flush.
        guard message.readableBytes > 0 else { return ByteBuffer(bytes: [0x00]) }
        guard let compressed = deflate(message) else {
            stream = nil
            return nil
        }
        guard forgetsAfterMessage else { return compressed }
        pool?.giveBack(&stream)
        return compressed.readableBytes < message.readableBytes ? compressed : nil
    }

    private mutating func deflate(_ message: ByteBuffer) -> ByteBuffer? {
        guard let stream = stream.unique(orNew: direction, from: pool) else { return nil }
        var compressed = ByteBuffer()
        guard deflate(message, with: stream, into: &compressed) else { return nil }
        if forgetsAfterMessage { deflateReset(stream.pointer) }
        return compressed
    }

    private func deflate(_ message: ByteBuffer, with stream: ZlibStream, into compressed: inout ByteBuffer) -> Bool {
        var input = message
        let room = min(
            Self.largestStep, Int(clamping: deflateBound(stream.pointer, UInt(input.readableBytes))) + 16)
        while true {
            var status = Z_OK
            var consumed = 0
            let produced = compressed.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { memory in
                input.withUnsafeReadableBytes { bytes in
                    let result = stream.run(bytes, into: UnsafeMutableRawBufferPointer(rebasing: memory[..<room])) {
                        CZlib.deflate($0, Z_SYNC_FLUSH)
                    }
                    status = result.status
                    consumed = result.consumed
                    return result.produced
                }
            }
            input.moveReaderIndex(forwardBy: consumed)
            guard status == Z_OK || status == Z_BUF_ERROR else { return false }
            // A flush is complete only when it leaves room.
            if produced < room { break }
        }
        guard input.readableBytes == 0, compressed.readableBytesView.suffix(4).elementsEqual(Self.tail) else {
            return false
        }
        compressed.moveWriterIndex(to: compressed.writerIndex - 4)
        return true
    }
}
