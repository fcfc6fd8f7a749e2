public import NIOCore

/// A stretch of one frame as far as it has arrived; a frame that is all there is one part.
///
/// Where a read holds several masked frames, the decoder has unmasked them together; the payload of a frame that fills
/// its read is still masked, and whoever takes it unmasks it while copying, once.
public struct FramePart: Sendable {
    /// The header of the frame this belongs to.
    public let header: FrameHeader
    /// Where the part begins inside the frame's payload.
    public let payloadOffset: Int
    /// Where the part's payload begins in the inbound stream, counted from the first byte after the handshake.
    public let streamOffset: UInt64
    @usableFromInline let bytes: ByteBuffer
    /// The key `bytes` are still masked with from their first one on; nil when they are in the clear.
    @usableFromInline let mask: MaskingKey?

    /// Bytes in this part; may be 0 when only the header has arrived.
    public var count: Int { bytes.readableBytes }
    /// Whether this is the first part of its frame.
    public let isFirst: Bool
    /// Whether the frame ends with this part.
    public var isLast: Bool { payloadOffset + count == header.payloadLength }

    /// Appends the unmasked payload to `buffer`.
    public func write(to buffer: inout ByteBuffer) {
        if let mask {
            buffer.writeMasked(bytes, key: mask)
        } else {
            buffer.writeImmutableBuffer(bytes)
        }
    }

    /// The unmasked payload. It may share the storage of the received buffer, or of all payload that came with it.
    @inlinable public var payload: ByteBuffer { mask == nil ? bytes : unmasked() }

    @usableFromInline
    func unmasked() -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: count)
        write(to: &buffer)
        return buffer
    }
}
