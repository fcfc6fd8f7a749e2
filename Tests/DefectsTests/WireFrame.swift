import NIOCore

/// WebSocket frames as they go over the wire (RFC 6455 §5.2).
enum WireFrame {
    /// A text message in one frame.
    static func text(_ payload: String, mask: [UInt8]? = nil) -> [UInt8] { bytes(1, payload, mask: mask) }

    /// A frame of this opcode.
    static func bytes(_ opcode: UInt8, _ payload: String, isFinal: Bool = true, mask: [UInt8]? = nil) -> [UInt8] {
        let bit: UInt8 = mask == nil ? 0 : 0x80
        let length = payload.utf8.count
        var bytes = ByteBuffer(bytes: [(isFinal ? 0x80 : 0) | opcode])
        switch length {
        case ..<126: bytes.writeInteger(bit | UInt8(length))
        case ..<65_536:
            bytes.writeInteger(bit | 126)
            bytes.writeInteger(UInt16(length))
        default:
            bytes.writeInteger(bit | 127)
            bytes.writeInteger(UInt64(length))
        }
        if let mask {
            bytes.writeBytes(mask)
            bytes.writeBytes(payload.utf8.enumerated().map { $0.element ^ mask[$0.offset % 4] })
        } else {
            bytes.writeString(payload)
        }
        return Array(bytes.readableBytesView)
    }
}
