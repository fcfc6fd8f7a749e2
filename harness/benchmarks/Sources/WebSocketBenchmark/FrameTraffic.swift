import NIOCore
import WebSocketCodec

/// The same frames for every contender: at least 64 KiB of one size, as reads of 64 KiB.
struct FrameTraffic {
    static let readBytes = 65_536

    let payload: ByteBuffer
    let frames: Int
    let isMasked: Bool
    let reads: [ByteBuffer]

    init(payloadBytes: Int, isMasked: Bool) {
        self.isMasked = isMasked
        payload = ByteBuffer(bytes: (0..<payloadBytes).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
        let size = payloadBytes + 8
        frames = max(4, Self.readBytes * 8 / size)
        var bytes = ByteBuffer()
        for index in 0..<frames {
            let key = UInt8(truncatingIfNeeded: index)
            RawFrame(
                opcode: 2, payload: payload,
                maskingKey: isMasked ? MaskingKey(key, key ^ 0x5A, 0x21, 0x3D) : nil
            ).write(to: &bytes)
        }
        // Each read has memory of its own, as reads from a socket have.
        var reads: [ByteBuffer] = []
        while let slice = bytes.readSlice(length: min(Self.readBytes, max(1, bytes.readableBytes))) {
            reads.append(ByteBuffer(bytes: Array(slice.readableBytesView)))
        }
        self.reads = reads
    }

    /// The end these frames reach.
    var receiver: WebSocketRole { isMasked ? .server : .client }
}
