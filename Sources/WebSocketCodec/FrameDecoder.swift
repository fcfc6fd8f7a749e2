import NIOCore

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
    /// Where in the stream the bytes end that were unmasked ahead; not before `consumed` when there are such bytes.
    private var unmaskedEnd: UInt64 = 0
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
    public var isInsideFrame: Bool { current != nil || input.readableBytes > 0 }
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

    /// Forgets what was received and not yet taken; returns how many bytes that was.
    mutating func discardInput() -> Int {
        let count = input.readableBytes
        input = ByteBuffer()
        return count
    }

    @inline(__always)
    private mutating func takePart(of header: FrameHeader, isFirst: Bool) -> FramePart {
        var count = min(input.readableBytes, header.payloadLength &- currentOffset)
        var mask: MaskingKey?
        if let key = header.maskingKey, count > 0 {
            if consumed < unmaskedEnd {
                // More has been received since: this part ends where the clear bytes do.
                count = min(count, Int(truncatingIfNeeded: unmaskedEnd &- consumed))
            } else if count < input.readableBytes {
                unmaskAhead(from: header, key: key)
            } else {
                mask = key.rotated(by: currentOffset)
            }
        }
        let bytes = input.readSlice(length: count) ?? ByteBuffer()
        let part = FramePart(
            header: header, payloadOffset: currentOffset, streamOffset: consumed, bytes: bytes, mask: mask,
            isFirst: isFirst)
        consumed &+= UInt64(truncatingIfNeeded: count)
        currentOffset &+= count
        current = currentOffset == header.payloadLength ? nil : header
        if input.readableBytes == 0 { input = ByteBuffer() }
        return part
    }

    /// Unmasks the payload of this frame and of those behind it into one new buffer, which their parts then share:
    /// one allocation for a read instead of one for each frame. Stops at a header that is cut or broken.
    @inline(never)
    private mutating func unmaskAhead(from header: FrameHeader, key: MaskingKey) {
        let count = input.readableBytes
        var rules = rules
        var clear = ByteBufferAllocator().buffer(capacity: count)
        var end = 0
        input.withUnsafeReadableBytes { source in
            _ = clear.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { destination in
                var index = 0
                var key = key.rotated(by: currentOffset)
                var payloadLength = header.payloadLength &- currentOffset
                while true {
                    let stop = index &+ min(payloadLength, count &- index)
                    key.apply(
                        from: UnsafeRawBufferPointer(rebasing: source[index..<stop]),
                        to: UnsafeMutableRawBufferPointer(rebasing: destination[index..<stop]))
                    index = stop
                    end = stop
                    let rest = UnsafeRawBufferPointer(rebasing: source[index...])
                    guard let (next, size) = rules.parseIfValid(rest), let nextKey = next.maskingKey else { break }
                    if !next.opcode.isControl { rules.isInsideMessage = !next.isFinal }
                    UnsafeMutableRawBufferPointer(rebasing: destination[index...]).copyMemory(
                        from: UnsafeRawBufferPointer(rebasing: rest[..<size]))
                    index = index &+ size
                    end = index
                    (key, payloadLength) = (nextKey, next.payloadLength)
                }
                UnsafeMutableRawBufferPointer(rebasing: destination[index...]).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: source[index...]))
                return count
            }
        }
        input = clear
        unmaskedEnd = consumed &+ UInt64(truncatingIfNeeded: end)
    }
}
