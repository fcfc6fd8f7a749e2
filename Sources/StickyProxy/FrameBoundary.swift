import NIOCore

/// Where the frames of one direction of a WebSocket end (RFC 6455 §5.2), whatever they hold and however they are split.
struct FrameBoundary: Sendable, Equatable {
    /// Bytes of the present frame's payload that are still to come.
    private var payload: UInt64 = 0
    /// Bytes of the present frame's head that came, and how many it has; its length, as far as it came.
    private var head: UInt8 = 0
    private var headLength: UInt8 = 2
    private var extendedEnd: UInt8 = 2
    private var length: UInt64 = 0
    /// Whether a close frame has begun, behind which nothing may be said.
    private(set) var isClosed = false

    /// Whether another frame may begin here.
    var isBetweenFrames: Bool { payload == 0 && head == 0 }

    /// These bytes pass.
    mutating func pass(_ bytes: ByteBuffer) {
        bytes.withUnsafeReadableBytes { bytes in
            var offset = 0
            while offset < bytes.count {
                if payload > 0 {
                    let step = Int(min(payload, UInt64(bytes.count - offset)))
                    payload -= UInt64(step)
                    offset += step
                } else {
                    takeHead(bytes[offset])
                    offset += 1
                }
            }
        }
    }

    private mutating func takeHead(_ byte: UInt8) {
        switch head {
        case 0: if byte & 0x0F == 0x8 { isClosed = true }
        case 1:
            let short = byte & 0x7F
            length = short < 126 ? UInt64(short) : 0
            extendedEnd = short < 126 ? 2 : short == 126 ? 4 : 10
            headLength = extendedEnd + (byte & 0x80 == 0 ? 0 : 4)
        case 2..<extendedEnd: length = length << 8 | UInt64(byte)
        default: break
        }
        head += 1
        guard head > 1, head == headLength else { return }
        (payload, head, headLength) = (length, 0, 2)
    }

    /// A close frame that says only this code, from a server, or masked from a client.
    static func close(_ code: UInt16, mask: UInt32?) -> ByteBuffer {
        var frame = ByteBuffer()
        frame.writeInteger(UInt8(0x88))
        guard let mask else {
            frame.writeInteger(UInt8(2))
            frame.writeInteger(code)
            return frame
        }
        frame.writeInteger(UInt8(0x82))
        frame.writeInteger(mask)
        frame.writeInteger(code ^ UInt16(truncatingIfNeeded: mask >> 16))
        return frame
    }
}
