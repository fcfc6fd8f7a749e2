import NIOCore

/// Reads only the headers of WebSocket frames (RFC 6455 §5.2) out of a stream that comes in pieces of any size.
///
/// It never judges: lengths and bits are taken as they are. At most one header of 14 bytes is held back.
struct FrameScanner {
    /// The header of a frame, with its bytes.
    struct Header: Equatable {
        var opcode: UInt8
        var isMasked: Bool
        /// Whether an extension has changed the payload (RSV1, permessage-deflate).
        var isCompressed: Bool
        var length: UInt64
        var bytes: ByteBuffer

        var isClose: Bool { opcode == 0x8 }
        var isText: Bool { opcode == 0x1 }
        var isContinuation: Bool { opcode == 0x0 }
        /// Close, ping or pong, which may stand between the frames of a message.
        var isControl: Bool { opcode & 0x8 != 0 }
        /// Whether it is the last of its message.
        var isFinal: Bool { bytes.getInteger(at: bytes.readerIndex, as: UInt8.self).map { $0 & 0x80 != 0 } ?? true }
    }

    /// A part of the stream.
    enum Segment: Equatable {
        /// A whole header; the frame's payload follows.
        case header(Header)
        /// Payload of the frame whose header came last.
        case payload(ByteBuffer)
        /// The frame whose header came last is complete.
        case end
    }

    private var header = ByteBuffer()
    private var remaining: UInt64 = 0
    private var inPayload = false

    /// Takes the stream apart; concatenated headers and payloads are the stream again.
    mutating func scan(_ bytes: ByteBuffer) -> [Segment] {
        var bytes = bytes
        var segments: [Segment] = []
        while inPayload || bytes.readableBytes > 0 {
            if inPayload {
                let length = Int(min(remaining, UInt64(bytes.readableBytes)))
                if length > 0, let payload = bytes.readSlice(length: length) { segments.append(.payload(payload)) }
                remaining -= UInt64(length)
                guard remaining == 0 else { return segments }
                inPayload = false
                segments.append(.end)
            } else {
                guard let complete = fill(from: &bytes) else { return segments }
                segments.append(.header(complete))
                remaining = complete.length
                inPayload = true
                header = ByteBuffer()
            }
        }
        return segments
    }

    private mutating func fill(from bytes: inout ByteBuffer) -> Header? {
        while true {
            let needed = Self.headerLength(header)
            if header.readableBytes == needed { return Self.read(header) }
            let missing = min(needed - header.readableBytes, bytes.readableBytes)
            guard missing > 0, var piece = bytes.readSlice(length: missing) else { return nil }
            header.writeBuffer(&piece)
        }
    }

    /// How long the header is, as far as the bytes at hand tell.
    private static func headerLength(_ bytes: ByteBuffer) -> Int {
        guard let second = bytes.getInteger(at: bytes.readerIndex + 1, as: UInt8.self) else { return 2 }
        let extended =
            switch second & 0x7f {
            case 126: 2
            case 127: 8
            default: 0
            }
        return 2 + extended + (second & 0x80 != 0 ? 4 : 0)
    }

    private static func read(_ bytes: ByteBuffer) -> Header? {
        let start = bytes.readerIndex
        guard let first = bytes.getInteger(at: start, as: UInt8.self),
            let second = bytes.getInteger(at: start + 1, as: UInt8.self)
        else { return nil }
        let length: UInt64? =
            switch second & 0x7f {
            case 126: bytes.getInteger(at: start + 2, as: UInt16.self).map(UInt64.init)
            case 127: bytes.getInteger(at: start + 2, as: UInt64.self)
            default: UInt64(second & 0x7f)
            }
        guard let length else { return nil }
        return Header(
            opcode: first & 0x0f, isMasked: second & 0x80 != 0, isCompressed: first & 0x40 != 0, length: length,
            bytes: bytes)
    }
}
