import NIOCore

/// Joins the frames of a message in one buffer, or hands them over as they arrive, within the limits, and validates text
/// byte by byte as it arrives.
struct MessageAssembler: Sendable {
    let limits: WebSocketLimits
    var buffer = ByteBuffer()
    private(set) var isText = false
    private var fragments = 0
    private(set) var isCompressed = false
    private(set) var validator = UTF8Validator()
    var inflater: Inflater?
    /// One element where messages are handed over in pieces, else none: a connection that has no pieces is no larger.
    private var progress: ContiguousArray<PieceProgress> = []

    init(limits: WebSocketLimits, inflater: Inflater?, delivery: WebSocketDelivery) {
        self.limits = limits
        self.inflater = inflater
        if case .pieces = delivery { progress = [PieceProgress(longest: delivery.longestPiece)] }
    }

    var isInPieces: Bool { !progress.isEmpty }

    /// What is under way, where messages are handed over in pieces.
    var pieces: PieceProgress {
        get { progress[0] }
        set { progress[0] = newValue }
    }

    /// Takes a part of a data frame; returns the message it completes, or the first piece that comes of it.
    mutating func receive(_ part: FramePart) throws(WebSocketViolation) -> WebSocketEvent? {
        if isInPieces { return try receivePiece(part) }
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
    var longestWholeMessage: Int {
        limits.maximumFragments > 0 && !isInPieces ? limits.maximumMessageBytes : -1
    }

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
        if isInPieces { pieces = PieceProgress(longest: pieces.longest) }
    }

    mutating func begin(_ part: FramePart) throws(WebSocketViolation) {
        if part.header.opcode != .continuation {
            isText = part.header.opcode == .text
            isCompressed = part.header.rsv1
            fragments = 0
            if isInPieces {
                pieces.delivered = 0
                pieces.isFirst = true
            }
        }
        fragments += 1
        if fragments > limits.maximumFragments {
            throw WebSocketViolation(
                .tooManyFragments, at: part.streamOffset, "expected at most \(limits.maximumFragments) frames, got more"
            )
        }
        // All are bounded by their limits, so the difference can't overflow.
        let room = limits.maximumMessageBytes - buffer.readableBytes - (isInPieces ? pieces.delivered : 0)
        if !isCompressed, part.header.payloadLength > room {
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
            throw violation(error, in: part.framePayload)
        }
    }

    private mutating func inflate(_ bytes: ByteBuffer) throws(Inflater.Failure) {
        var input = bytes
        var hasMore = true
        while hasMore { hasMore = try inflateStep(&input, limit: limits.maximumMessageBytes) }
    }

    /// Inflates a step into the buffer; whether there is more.
    ///
    /// - Parameter limit: how many readable bytes the buffer may have without passing the limit of a message.
    mutating func inflateStep(_ input: inout ByteBuffer, limit: Int) throws(Inflater.Failure) -> Bool {
        let start = buffer.readableBytes
        let room = isInPieces ? pieces.longest - start : .max
        var hasMore = false
        var failure: Inflater.Failure?
        do throws(Inflater.Failure) {
            hasMore = try inflater?.step(&input, into: &buffer, limit: limit, room: room) ?? false
        } catch {
            failure = error
        }
        // Bytes that came out before the failure are judged first, whatever the split.
        if firstInvalidByte(from: start) != nil { throw .notUTF8 }
        if let failure { throw failure }
        return hasMore
    }

    func violation(_ failure: Inflater.Failure, in frame: Range<UInt64>) -> WebSocketViolation {
        // The frame's first byte of payload, so that the offset does not depend on how the transport split the frame.
        let offset = frame.lowerBound
        switch failure {
        case .notUTF8:
            return WebSocketViolation(.textNotUTF8, at: offset, "expected UTF-8 after inflating, got an invalid byte")
        case .invalid(let message):
            return WebSocketViolation(.deflateDataInvalid, at: offset, "expected DEFLATE data; zlib says: \(message)")
        case .truncated:
            return WebSocketViolation(
                .deflateDataTruncated, at: frame.upperBound,
                "expected the message to end between two blocks, got its end inside one")
        case .tooBig:
            return WebSocketViolation(
                .messageTooBig, at: offset, "expected at most \(limits.maximumMessageBytes) bytes after inflating")
        case .outOfMemory:
            return WebSocketViolation(.messageTooBig, at: offset, "expected a message that fits in memory")
        }
    }

    /// Validates what was appended to a text; the index of the first bad byte counted from `start`.
    mutating func firstInvalidByte(from start: Int) -> Int? {
        guard isText else { return nil }
        return buffer.withUnsafeReadableBytes { bytes in
            validator.firstInvalidByte(in: UnsafeRawBufferPointer(rebasing: bytes[start...]))
        }
    }

    static func invalidByte(at offset: UInt64) -> WebSocketViolation {
        WebSocketViolation(.textNotUTF8, at: offset, "expected UTF-8, got a byte that can't follow here")
    }

    static func cutSequence(at offset: UInt64) -> WebSocketViolation {
        WebSocketViolation(
            .textNotUTF8, at: offset, "expected the rest of a UTF-8 sequence, got the end of the message")
    }
}
