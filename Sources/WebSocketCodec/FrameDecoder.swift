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

    private mutating func takePart(of header: FrameHeader, isFirst: Bool) -> FramePart {
        let count = min(input.readableBytes, header.payloadLength - currentOffset)
        let bytes = input.readSlice(length: count) ?? ByteBuffer()
        let part = FramePart(
            header: header, payloadOffset: currentOffset, streamOffset: consumed, wireBytes: bytes, isFirst: isFirst)
        consumed &+= UInt64(count)
        currentOffset += count
        current = part.isLast ? nil : header
        if input.readableBytes == 0 { input = ByteBuffer() }
        return part
    }
}
