import NIOCore

/// Joins the frames of a message in one buffer, within the limits, and validates text byte by byte as it arrives.
struct MessageAssembler: Sendable {
    private let limits: WebSocketLimits
    private var buffer = ByteBuffer()
    private var isText = false
    private var fragments = 0
    private var validator = UTF8Validator()

    init(limits: WebSocketLimits) {
        self.limits = limits
    }

    /// Takes a part of a data frame; returns the message it completes.
    mutating func receive(_ part: FramePart) throws(WebSocketViolation) -> WebSocketEvent? {
        if part.isFirst { try begin(part) }
        let ends = part.isLast && part.header.isFinal
        let start = buffer.readableBytes
        if ends, start == 0 {
            buffer = part.payload
        } else {
            part.write(to: &buffer)
        }
        if isText { try validate(from: start, part, ends: ends) }
        guard ends else { return nil }
        let message = buffer
        buffer = ByteBuffer()
        return isText ? .text(message) : .binary(message)
    }

    /// Forgets the message under way.
    mutating func discard() {
        buffer = ByteBuffer()
    }

    private mutating func begin(_ part: FramePart) throws(WebSocketViolation) {
        if part.header.opcode != .continuation {
            isText = part.header.opcode == .text
            fragments = 0
            validator = UTF8Validator()
        }
        fragments += 1
        if fragments > limits.maximumFragments {
            throw WebSocketViolation(
                .tooManyFragments, at: part.streamOffset, "expected at most \(limits.maximumFragments) frames, got more"
            )
        }
        // Both are bounded by their limits, so the difference can't overflow.
        if part.header.payloadLength > limits.maximumMessageBytes - buffer.readableBytes {
            throw WebSocketViolation(
                .messageTooBig, at: part.streamOffset,
                "expected at most \(limits.maximumMessageBytes) bytes in a message, got more announced")
        }
    }

    private mutating func validate(from start: Int, _ part: FramePart, ends: Bool) throws(WebSocketViolation) {
        let bad = buffer.withUnsafeReadableBytes { bytes in
            validator.firstInvalidByte(in: UnsafeRawBufferPointer(rebasing: bytes[start...]))
        }
        if let bad {
            throw WebSocketViolation(
                .textNotUTF8, at: part.streamOffset + UInt64(bad), "expected UTF-8, got a byte that can't follow here")
        }
        if ends, !validator.isComplete {
            throw WebSocketViolation(
                .textNotUTF8, at: part.streamOffset + UInt64(part.count),
                "expected the rest of a UTF-8 sequence, got the end of the message")
        }
    }
}
