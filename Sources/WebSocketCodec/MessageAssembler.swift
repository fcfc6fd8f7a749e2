import NIOCore

/// Joins the frames of a message in one buffer, within the limits, and validates text byte by byte as it arrives.
struct MessageAssembler: Sendable {
    private let limits: WebSocketLimits
    private var buffer = ByteBuffer()
    private var isText = false
    private var fragments = 0
    private var isCompressed = false
    private var validator = UTF8Validator()
    private var inflater: Inflater?

    init(limits: WebSocketLimits, inflater: Inflater?) {
        self.limits = limits
        self.inflater = inflater
    }

    /// Takes a part of a data frame; returns the message it completes.
    mutating func receive(_ part: FramePart) throws(WebSocketViolation) -> WebSocketEvent? {
        if isWholeMessage(part) {
            return try Self.whole(
                isText: part.header.opcode == .text, payload: part.payload, offset: part.streamOffset)
        }
        if part.isFirst { try begin(part) }
        let ends = part.isLast && part.header.isFinal
        if isCompressed {
            try inflate(part, ends: ends)
        } else {
            try append(part, ends: ends)
        }
        guard ends else { return nil }
        if isText, !validator.isComplete {
            throw Self.cutSequence(at: part.streamOffset + UInt64(part.count))
        }
        let message = buffer
        buffer = ByteBuffer()
        return isText ? .text(message) : .binary(message)
    }

    /// The longest message that needs no state here, if it comes in one frame without compression: most traffic.
    var longestWholeMessage: Int { limits.maximumFragments > 0 ? limits.maximumMessageBytes : -1 }

    private func isWholeMessage(_ part: FramePart) -> Bool {
        part.isFirst && part.header.isFinal && !part.header.rsv1 && part.header.opcode != .continuation
            && part.count == part.header.payloadLength && part.count <= longestWholeMessage
    }

    /// A message whose payload, unmasked, began at `offset` of the inbound stream.
    @inline(__always)
    static func whole(
        isText: Bool, payload: ByteBuffer, offset: UInt64
    ) throws(WebSocketViolation) -> WebSocketEvent {
        if !isText { return .binary(payload) }
        try validate(payload, at: offset)
        return .text(payload)
    }

    private static func validate(_ text: ByteBuffer, at offset: UInt64) throws(WebSocketViolation) {
        var validator = UTF8Validator()
        let bad = text.withUnsafeReadableBytes { validator.firstInvalidByte(in: $0) }
        if let bad { throw invalidByte(at: offset + UInt64(bad)) }
        if !validator.isComplete { throw cutSequence(at: offset + UInt64(text.readableBytes)) }
    }

    private mutating func append(_ part: FramePart, ends: Bool) throws(WebSocketViolation) {
        let start = buffer.readableBytes
        if ends, start == 0 {
            buffer = part.payload
        } else {
            part.write(to: &buffer)
        }
        if let bad = firstInvalidByte(from: start) {
            throw Self.invalidByte(at: part.streamOffset + UInt64(bad))
        }
    }

    /// Forgets the message under way.
    mutating func discard() {
        buffer = ByteBuffer()
    }

    private mutating func begin(_ part: FramePart) throws(WebSocketViolation) {
        if part.header.opcode != .continuation {
            isText = part.header.opcode == .text
            isCompressed = part.header.rsv1
            fragments = 0
        }
        fragments += 1
        if fragments > limits.maximumFragments {
            throw WebSocketViolation(
                .tooManyFragments, at: part.streamOffset, "expected at most \(limits.maximumFragments) frames, got more"
            )
        }
        // Both are bounded by their limits, so the difference can't overflow.
        if !isCompressed, part.header.payloadLength > limits.maximumMessageBytes - buffer.readableBytes {
            throw WebSocketViolation(
                .messageTooBig, at: part.streamOffset,
                "expected at most \(limits.maximumMessageBytes) bytes in a message, got more announced")
        }
    }

    private mutating func inflate(_ part: FramePart, ends: Bool) throws(WebSocketViolation) {
        do throws(Inflater.Failure) {
            try inflate(part.payload)
            if ends { try inflater?.endMessage() }
        } catch {
            throw violation(error, in: part)
        }
    }

    private mutating func inflate(_ bytes: ByteBuffer) throws(Inflater.Failure) {
        var input = bytes
        var hasMore = true
        while hasMore {
            let start = buffer.readableBytes
            var failure: Inflater.Failure?
            do throws(Inflater.Failure) {
                hasMore = try inflater?.step(&input, into: &buffer, limit: limits.maximumMessageBytes) ?? false
            } catch {
                failure = error
            }
            // Bytes that came out before the failure are judged first, whatever the split.
            if firstInvalidByte(from: start) != nil { throw .notUTF8 }
            if let failure { throw failure }
        }
    }

    private func violation(_ failure: Inflater.Failure, in part: FramePart) -> WebSocketViolation {
        // The frame's first byte of payload, so that the offset does not depend on how the transport split the frame.
        let offset = part.streamOffset - UInt64(part.payloadOffset)
        switch failure {
        case .notUTF8:
            return WebSocketViolation(.textNotUTF8, at: offset, "expected UTF-8 after inflating, got an invalid byte")
        case .invalid(let message):
            return WebSocketViolation(.deflateDataInvalid, at: offset, "expected DEFLATE data; zlib says: \(message)")
        case .truncated:
            return WebSocketViolation(
                .deflateDataTruncated, at: offset + UInt64(part.header.payloadLength),
                "expected the message to end between two blocks, got its end inside one")
        case .tooBig:
            return WebSocketViolation(
                .messageTooBig, at: offset, "expected at most \(limits.maximumMessageBytes) bytes after inflating")
        case .outOfMemory:
            return WebSocketViolation(.messageTooBig, at: offset, "expected a message that fits in memory")
        }
    }

    /// Validates what was appended to a text; the index of the first bad byte counted from `start`.
    private mutating func firstInvalidByte(from start: Int) -> Int? {
        guard isText else { return nil }
        return buffer.withUnsafeReadableBytes { bytes in
            validator.firstInvalidByte(in: UnsafeRawBufferPointer(rebasing: bytes[start...]))
        }
    }

    private static func invalidByte(at offset: UInt64) -> WebSocketViolation {
        WebSocketViolation(.textNotUTF8, at: offset, "expected UTF-8, got a byte that can't follow here")
    }

    private static func cutSequence(at offset: UInt64) -> WebSocketViolation {
        WebSocketViolation(
            .textNotUTF8, at: offset, "expected the rest of a UTF-8 sequence, got the end of the message")
    }
}
