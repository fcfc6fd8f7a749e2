public import NIOCore

/// Cuts a byte stream into frames, however it was split, and enforces every rule a header can break:
/// reserved bits and opcodes, masking, length forms, control frames, the order of fragments, the frame limit.
///
/// It keeps at most an unfinished header between calls once all parts have been taken; payload is handed on as it
/// arrives. Not checked here, since it needs payload: UTF-8, Close payloads, message limits (see
/// ``WebSocketConnection``).
public struct FrameDecoder: Sendable {
    private static let longestHeader = 14

    private var rules: FrameHeaderRules
    private var input = ByteBuffer()
    private var consumed: UInt64 = 0
    private var current: FrameHeader?
    private var currentOffset = 0
    /// Frames in front of `input` that are complete and unmasked.
    private var batch = FrameBatch()
    private var failure: WebSocketViolation?

    /// A decoder for frames that reach `receiver`.
    ///
    /// - Parameters:
    ///   - receiver: the end the frames reach.
    ///   - limits: of these, the frame limit is enforced here.
    ///   - allowsRSV1: an extension that uses RSV1 (permessage-deflate) has been agreed.
    public init(receiver: WebSocketRole, limits: WebSocketLimits = .init(), allowsRSV1: Bool = false) {
        rules = FrameHeaderRules(
            receiver: receiver, allowsRSV1: allowsRSV1, maximumFrameBytes: limits.maximumFrameBytes)
    }

    /// Whether the stream stands inside a frame: if it ends here, the frame was cut.
    public var isInsideFrame: Bool { current != nil || batch.first != nil || input.readableBytes > 0 }
    /// Whether a message has begun and not ended.
    public var isInsideMessage: Bool { rules.isInsideMessage }
    /// Bytes taken from the stream so far.
    public var bytesConsumed: UInt64 { consumed }

    /// Takes the next bytes of the stream. Take all parts before the next call, or they pile up here.
    public mutating func receive(_ bytes: ByteBuffer) {
        if failure != nil { return }
        if input.readableBytes == 0 {
            input = bytes
        } else if input.readableBytes <= Self.longestHeader {
            // A header cut in two. Appending would copy the whole storage, which payload slices still share.
            var joined = ByteBuffer()
            joined.reserveCapacity(input.readableBytes + bytes.readableBytes)
            joined.writeImmutableBuffer(input)
            joined.writeImmutableBuffer(bytes)
            input = joined
        } else {
            input.writeImmutableBuffer(bytes)
        }
    }

    /// The next stretch of a frame, nil if more bytes are needed.
    ///
    /// - Throws: the violation, and again at every later call: nothing after it can be trusted.
    public mutating func nextPart() throws(WebSocketViolation) -> FramePart? {
        if let frame = batch.first { return takePart(of: frame) }
        return try nextPartOfInput()
    }

    /// The payload of the next frame if it is a message of its own, unmasked and complete, of at most `longest` bytes
    /// and not compressed; nil if it is not, or if frames are to be read one by one: then go on with ``nextPart()``.
    @inline(__always)
    mutating func nextWholeMessage(upTo longest: Int) -> (isText: Bool, offset: UInt64, payload: ByteBuffer)? {
        guard let frame = batch.first, frame.header.isFinal, !frame.header.rsv1,
            frame.header.payloadLength <= longest
        else { return nil }
        guard frame.header.opcode == .binary || frame.header.opcode == .text else { return nil }
        let offset = consumed &+ UInt64(truncatingIfNeeded: frame.headerSize)
        return (frame.header.opcode == .text, offset, take(frame))
    }

    /// Forgets what was received and not yet taken; returns how many bytes that was.
    mutating func discardInput() -> Int {
        let count = batch.wireBytes + input.readableBytes
        batch = FrameBatch()
        input = ByteBuffer()
        return count
    }

    // MARK: Frames that are all there

    @inline(__always)
    private mutating func take(_ frame: FrameBatch.Frame) -> ByteBuffer {
        if !frame.header.opcode.isControl { rules.isInsideMessage = !frame.header.isFinal }
        consumed &+= UInt64(truncatingIfNeeded: frame.headerSize &+ frame.header.payloadLength)
        return batch.takePayload(of: frame)
    }

    @inline(__always)
    private mutating func takePart(of frame: FrameBatch.Frame) -> FramePart {
        let offset = consumed &+ UInt64(truncatingIfNeeded: frame.headerSize)
        return FramePart(
            header: frame.header, payloadOffset: 0, streamOffset: offset, bytes: take(frame), mask: nil, isFirst: true)
    }

    // MARK: Frames as they arrive

    @inline(never)
    private mutating func nextPartOfInput() throws(WebSocketViolation) -> FramePart? {
        if let failure { throw failure }
        if let header = current {
            return input.readableBytes == 0 ? nil : takePart(of: header, isFirst: false)
        }
        if input.readableBytes == 0 { return nil }
        let offset = consumed
        do throws(WebSocketViolation) {
            let rules = rules
            let parsed = try input.withUnsafeReadableBytes { bytes throws(WebSocketViolation) in
                try rules.parse(bytes, at: offset)
            }
            guard let (header, size) = parsed else { return nil }
            let frameSize = size &+ header.payloadLength
            if frameSize < input.readableBytes, FrameBatch.pays(for: header) {
                batch = FrameBatch(from: &input, rules: rules, expecting: input.readableBytes / frameSize &+ 1)
                dropEmptyInput()
                if let frame = batch.first { return takePart(of: frame) }
            }
            input.moveReaderIndex(forwardBy: size)
            consumed &+= UInt64(size)
            if !header.opcode.isControl { self.rules.isInsideMessage = !header.isFinal }
            currentOffset = 0
            return takePart(of: header, isFirst: true)
        } catch {
            failure = error
            throw error
        }
    }

    private mutating func takePart(of header: FrameHeader, isFirst: Bool) -> FramePart {
        let count = min(input.readableBytes, header.payloadLength &- currentOffset)
        let bytes = input.readSlice(length: count) ?? ByteBuffer()
        let part = FramePart(
            header: header, payloadOffset: currentOffset, streamOffset: consumed, bytes: bytes,
            mask: count == 0 ? nil : header.maskingKey?.rotated(by: currentOffset), isFirst: isFirst)
        consumed &+= UInt64(truncatingIfNeeded: count)
        currentOffset &+= count
        current = currentOffset == header.payloadLength ? nil : header
        dropEmptyInput()
        return part
    }

    /// Gives the received buffer back as soon as nothing of it is left here.
    private mutating func dropEmptyInput() {
        if input.readableBytes == 0 { input = ByteBuffer() }
    }
}
