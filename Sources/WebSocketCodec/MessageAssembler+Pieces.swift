import NIOCore

/// Messages handed over as they arrive.
extension MessageAssembler {
    /// Takes a part of a data frame; returns the first piece that comes of it.
    mutating func receivePiece(_ part: FramePart) throws(WebSocketViolation) -> WebSocketEvent? {
        if part.isFirst { try begin(part) }
        pieces.input = part.payload
        pieces.offset = part.streamOffset
        pieces.frame = part.framePayload
        pieces.ends = part.isLast && part.header.isFinal
        pieces.isDue = true
        return try nextPiece()
    }

    /// The next piece of the part received last; nil when that is used up.
    mutating func nextPiece() throws(WebSocketViolation) -> WebSocketEvent? {
        guard isInPieces, pieces.isDue else { return nil }
        if isCompressed { try inflatePiece() } else { try takePiece() }
        let isLast = !pieces.isDue && pieces.ends
        if isLast, isText, !validator.isComplete { throw Self.cutSequence(at: pieces.offset) }
        let bytes = takeBuffer(keeping: isLast ? 0 : cutBytes)
        guard bytes.readableBytes > 0 || isLast else { return nil }
        let piece = WebSocketPiece(isText: isText, bytes: bytes, isFirst: pieces.isFirst, isLast: isLast)
        pieces.delivered += bytes.readableBytes
        pieces.isFirst = false
        return .piece(piece)
    }

    private mutating func takePiece() throws(WebSocketViolation) {
        let start = buffer.readableBytes
        let count = min(pieces.input.readableBytes, pieces.longest - start)
        var bytes = pieces.input.readSlice(length: count) ?? ByteBuffer()
        if start == 0 { buffer = bytes } else { buffer.writeBuffer(&bytes) }
        if let bad = firstInvalidByte(from: start) { throw Self.invalidByte(at: pieces.offset + UInt64(bad)) }
        pieces.offset += UInt64(count)
        pieces.isDue = pieces.input.readableBytes > 0
    }

    private mutating func inflatePiece() throws(WebSocketViolation) {
        do throws(Inflater.Failure) {
            var input = pieces.input
            var hasMore = true
            while hasMore, buffer.readableBytes < pieces.longest {
                hasMore = try inflateStep(&input, limit: limits.maximumMessageBytes - pieces.delivered)
            }
            pieces.input = input
            pieces.isDue = hasMore
            if !hasMore, pieces.ends { try inflater?.endMessage() }
        } catch {
            throw violation(error, in: pieces.frame)
        }
        if !pieces.isDue { pieces.offset = pieces.frame.upperBound }
    }

    /// Bytes at the end of the buffer that begin a scalar whose rest has not come.
    private var cutBytes: Int {
        guard isText, !validator.isComplete else { return 0 }
        let tail = buffer.readableBytesView.suffix(3)
        return tail.lastIndex { $0 >= 0xC0 }.map { tail.endIndex - $0 } ?? 0
    }

    private mutating func takeBuffer(keeping count: Int) -> ByteBuffer {
        let taken = buffer.readSlice(length: buffer.readableBytes - count) ?? ByteBuffer()
        var rest = ByteBuffer()
        if count > 0 { rest.writeBuffer(&buffer) }
        buffer = rest
        return taken
    }
}

extension FramePart {
    /// Where the payload of its frame begins and ends in the inbound stream.
    var framePayload: Range<UInt64> {
        let start = streamOffset - UInt64(payloadOffset)
        return start..<start + UInt64(header.payloadLength)
    }
}
