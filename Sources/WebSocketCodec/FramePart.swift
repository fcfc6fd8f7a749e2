import NIOCore

/// A stretch of one frame as far as it has arrived; a frame that is all there is one part.
///
/// The payload is still masked: whoever takes it unmasks it while copying, once.
public struct FramePart: Sendable {
    /// The header of the frame this belongs to.
    public let header: FrameHeader
    /// Where the part begins inside the frame's payload.
    public let payloadOffset: Int
    /// Where the part's payload begins in the inbound stream, counted from the first byte after the handshake.
    public let streamOffset: UInt64
    /// The bytes as received.
    let wireBytes: ByteBuffer

    /// Bytes in this part; may be 0 when only the header has arrived.
    public var count: Int { wireBytes.readableBytes }
    /// Whether this is the first part of its frame.
    public let isFirst: Bool
    /// Whether the frame ends with this part.
    public var isLast: Bool { payloadOffset + count == header.payloadLength }

    /// Appends the unmasked payload to `buffer`.
    public func write(to buffer: inout ByteBuffer) {
        if let key = header.maskingKey {
            buffer.writeMasked(wireBytes, key: key.rotated(by: payloadOffset))
        } else {
            buffer.writeImmutableBuffer(wireBytes)
        }
    }

    /// The unmasked payload. Without a mask this shares the storage of the received buffer and copies nothing.
    public var payload: ByteBuffer {
        guard header.maskingKey != nil else { return wireBytes }
        var buffer = ByteBuffer()
        write(to: &buffer)
        return buffer
    }
}
