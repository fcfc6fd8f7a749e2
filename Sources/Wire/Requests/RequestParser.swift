package import NIOCore

/// Reads the requests of one connection, split anywhere, as strictly as RFC 9112 allows: what two readers could
/// understand differently is an error.
///
/// Feed bytes with ``receive(_:)`` and take events until nil. After `.end` the next request is not looked at before the
/// next call, so that what stands behind an upgrade can be taken as it is with ``takeRest()``.
package struct RequestParser: Sendable {
    /// A request comes as its head, any number of pieces of its body, and its end.
    package enum Event: Sendable {
        /// Method, target and fields.
        case head(RequestHead)
        /// More of the body.
        case body(ByteBuffer)
        /// The request is complete.
        case end
    }

    private enum State: Sendable {
        case head
        case sized(Int)
        case chunkSize
        case chunk(Int)
        case chunkEnd
        case trailer(read: Int)
        case end
        case failed(RequestError)
    }

    private static let chunkLineLimit = 1_024

    private var state = State.head
    private var scanner = HeadScanner()
    private var input = ByteBuffer()

    /// A parser before the first request.
    package init() {}

    /// Bytes that were received and not yet read.
    package var unreadBytes: Int { input.readableBytes }

    /// Takes bytes of the connection.
    package mutating func receive(_ bytes: ByteBuffer) {
        if case .failed = state { return }
        if input.readableBytes == 0 {
            input = bytes
            return
        }
        // What was read must not stay for as long as a peer keeps us one byte short.
        if input.readerIndex > 0 { input = ByteBuffer(input.readableBytesView, room: bytes.readableBytes) }
        input.writeImmutableBuffer(bytes)
    }

    /// What was received and not yet read; the parser is then as before the first request.
    package mutating func takeRest() -> ByteBuffer {
        defer { self = RequestParser() }
        return input
    }

    /// The next event; nil if more bytes are needed. Throws again at every later call.
    package mutating func next() throws(RequestError) -> Event? {
        do throws(RequestError) {
            return try advance()
        } catch {
            state = .failed(error)
            input = ByteBuffer()
            throw error
        }
    }

    private mutating func advance() throws(RequestError) -> Event? {
        while true {
            switch state {
            case .head: return try nextHead()
            case .sized(let left):
                guard let piece = takePiece(left) else { return nil }
                state = piece.readableBytes == left ? .end : .sized(left - piece.readableBytes)
                return .body(piece)
            case .chunkSize:
                guard let size = try takeChunkSize() else { return nil }
                state = size == 0 ? .trailer(read: 0) : .chunk(size)
            case .chunk(let left):
                guard let piece = takePiece(left) else { return nil }
                state = piece.readableBytes == left ? .chunkEnd : .chunk(left - piece.readableBytes)
                return .body(piece)
            case .chunkEnd:
                guard try takeLineEnd() else { return nil }
                state = .chunkSize
            case .trailer(let read):
                guard let length = try takeTrailerLine(HeadScanner.limit - read) else { return nil }
                state = length == 0 ? .end : .trailer(read: read + length)
            case .end:
                state = .head
                return .end
            case .failed(let error): throw error
            }
        }
    }

    private mutating func nextHead() throws(RequestError) -> Event? {
        if input.readableBytes == 0 { return nil }
        // Moved out and back in, so that its fields are never copied.
        var scanner = self.scanner
        self.scanner = HeadScanner()
        let found = try input.withUnsafeReadableBytes { bytes throws(RequestError) in try scanner.scan(bytes) }
        guard let length = found, let bytes = input.readBytes(length: length), let head = scanner.head(bytes) else {
            self.scanner = scanner
            return nil
        }
        if scanner.isChunked {
            state = .chunkSize
        } else if let length = scanner.contentLength, length > 0 {
            state = .sized(length)
        } else {
            state = .end
        }
        return .head(head)
    }

    private mutating func takePiece(_ longest: Int) -> ByteBuffer? {
        let length = min(longest, input.readableBytes)
        return length > 0 ? input.readSlice(length: length) : nil
    }

    // MARK: Chunks

    /// One line with its end; nil if it is not all there.
    private mutating func takeLine(
        upTo limit: Int, orThrow tooLong: RequestError
    ) throws(RequestError) -> ByteBuffer? {
        let end = input.withUnsafeReadableBytes { HeadScanner.lineFeed(in: $0, from: 0) }
        guard (end ?? input.readableBytes) < limit else { throw tooLong }
        guard let end, let line = input.readSlice(length: end + 1) else { return nil }
        guard end > 0, line.getInteger(at: line.writerIndex - 2, as: UInt8.self) == 0x0D else { throw .bareLineFeed }
        return line
    }

    /// The size; extensions behind it are ignored (RFC 9112 §7.1.1).
    private mutating func takeChunkSize() throws(RequestError) -> Int? {
        guard let line = try takeLine(upTo: Self.chunkLineLimit, orThrow: .chunkSize) else { return nil }
        var size = 0
        var digits = 0
        let bytes = line.readableBytesView.dropLast(2)
        for byte in bytes {
            guard let digit = Self.hexDigit(byte) else { break }
            digits += 1
            guard digits <= 15 else { throw .chunkSize }
            size = size << 4 | digit
        }
        let rest = bytes.dropFirst(digits)
        guard digits > 0, rest.isEmpty || rest.first == UInt8(ascii: ";"), rest.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { throw .chunkSize }
        return size
    }

    private mutating func takeLineEnd() throws(RequestError) -> Bool {
        if let first = input.getInteger(at: input.readerIndex, as: UInt8.self), first != 0x0D { throw .chunkEnd }
        guard let end = input.readInteger(as: UInt16.self) else { return false }
        guard end == 0x0D0A else { throw .chunkEnd }
        return true
    }

    /// The length of one line of the trailer, which must be a field; 0 for the line that ends it.
    private mutating func takeTrailerLine(_ limit: Int) throws(RequestError) -> Int? {
        guard let line = try takeLine(upTo: limit, orThrow: .trailerTooLong) else { return nil }
        let length = line.readableBytes - 2
        if length == 0 { return 0 }
        _ = try line.withUnsafeReadableBytes { bytes throws(RequestError) in try HeadScanner.field(bytes, 0..<length) }
        return length + 2
    }

    private static func hexDigit(_ byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(byte - UInt8(ascii: "A")) + 10
        default: nil
        }
    }
}

extension ByteBuffer {
    /// These bytes in storage of their own, with room behind them.
    fileprivate init(_ bytes: ByteBufferView, room: Int) {
        self.init()
        reserveCapacity(bytes.count + room)
        writeBytes(bytes)
    }
}
