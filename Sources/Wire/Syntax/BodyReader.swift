import NIOCore

/// Reads the body of one message off the bytes of its connection, by the framing that its head announced.
struct BodyReader: Sendable {
    private enum State: Sendable {
        case sized(Int)
        case untilEnd
        case chunkSize
        case chunk(Int)
        case chunkEnd
        case trailer(read: Int)
        case end
    }

    /// A piece of the body, or its end.
    enum Part: Sendable {
        case bytes(ByteBuffer)
        case end
    }

    private static let chunkLineLimit = 1_024

    private var state: State
    /// The fields behind the last chunk, so far.
    private(set) var trailers: [(name: String, value: String)] = []

    private init(_ state: State) { self.state = state }

    /// A body of so many bytes.
    static func sized(_ length: Int) -> BodyReader { BodyReader(length == 0 ? .end : .sized(length)) }
    /// A body in chunks.
    static let chunked = BodyReader(.chunkSize)
    /// A body that ends with the connection.
    static let untilEnd = BodyReader(.untilEnd)

    /// Whether the end of the connection is the end of the body.
    var endsWithConnection: Bool {
        if case .untilEnd = state { return true }
        return false
    }

    /// The next part; nil if more bytes are needed.
    mutating func next(_ input: inout ByteBuffer) throws(HTTPSyntaxError) -> Part? {
        while true {
            switch state {
            case .sized(let left):
                guard let piece = Self.takePiece(&input, left) else { return nil }
                state = piece.readableBytes == left ? .end : .sized(left - piece.readableBytes)
                return .bytes(piece)
            case .untilEnd: return Self.takePiece(&input, .max).map { .bytes($0) }
            case .chunkSize:
                guard let size = try Self.takeChunkSize(&input) else { return nil }
                state = size == 0 ? .trailer(read: 0) : .chunk(size)
            case .chunk(let left):
                guard let piece = Self.takePiece(&input, left) else { return nil }
                state = piece.readableBytes == left ? .chunkEnd : .chunk(left - piece.readableBytes)
                return .bytes(piece)
            case .chunkEnd:
                guard try Self.takeLineEnd(&input) else { return nil }
                state = .chunkSize
            case .trailer(let read):
                guard let line = try Self.takeTrailerLine(&input, HeadFields.limit - read) else { return nil }
                if let field = line.field { trailers.append(field) }
                state = line.field == nil ? .end : .trailer(read: read + line.length)
            case .end: return .end
            }
        }
    }

    private static func takePiece(_ input: inout ByteBuffer, _ longest: Int) -> ByteBuffer? {
        let length = min(longest, input.readableBytes)
        return length > 0 ? input.readSlice(length: length) : nil
    }

    /// One line with its end; nil if it is not all there.
    private static func takeLine(
        _ input: inout ByteBuffer, upTo limit: Int, orThrow tooLong: HTTPSyntaxError
    ) throws(HTTPSyntaxError) -> ByteBuffer? {
        let end = input.withUnsafeReadableBytes { HTTPBytes.lineFeed(in: $0, from: 0) }
        guard (end ?? input.readableBytes) < limit else { throw tooLong }
        guard let end, let line = input.readSlice(length: end + 1) else { return nil }
        guard end > 0, line.getInteger(at: line.writerIndex - 2, as: UInt8.self) == 0x0D else { throw .bareLineFeed }
        return line
    }

    /// The size; extensions behind it are ignored (RFC 9112 §7.1.1).
    private static func takeChunkSize(_ input: inout ByteBuffer) throws(HTTPSyntaxError) -> Int? {
        guard let line = try takeLine(&input, upTo: chunkLineLimit, orThrow: .chunkSize) else { return nil }
        var size = 0
        var digits = 0
        let bytes = line.readableBytesView.dropLast(2)
        for byte in bytes {
            guard let digit = hexDigit(byte) else { break }
            digits += 1
            guard digits <= 15 else { throw .chunkSize }
            size = size << 4 | digit
        }
        let rest = bytes.dropFirst(digits)
        guard digits > 0, rest.isEmpty || rest.first == UInt8(ascii: ";"), rest.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { throw .chunkSize }
        return size
    }

    private static func takeLineEnd(_ input: inout ByteBuffer) throws(HTTPSyntaxError) -> Bool {
        if let first = input.getInteger(at: input.readerIndex, as: UInt8.self), first != 0x0D { throw .chunkEnd }
        guard let end = input.readInteger(as: UInt16.self) else { return false }
        guard end == 0x0D0A else { throw .chunkEnd }
        return true
    }

    /// One line of the trailer, which must be a field, and its length; without one, the line that ends it.
    private static func takeTrailerLine(
        _ input: inout ByteBuffer, _ limit: Int
    ) throws(HTTPSyntaxError) -> (field: (name: String, value: String)?, length: Int)? {
        guard let line = try takeLine(&input, upTo: limit, orThrow: .trailerTooLong) else { return nil }
        let length = line.readableBytes - 2
        if length == 0 { return (nil, 2) }
        return try line.withUnsafeReadableBytes { bytes throws(HTTPSyntaxError) in
            let field = try HeadFields.field(bytes, 0..<length)
            func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
            return ((text(field.name), text(field.value)), length + 2)
        }
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
