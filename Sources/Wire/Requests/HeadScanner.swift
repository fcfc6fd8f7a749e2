import NIOHTTP1

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Reads the head of one request line by line, each line once, whatever the splits.
struct HeadScanner: Sendable {
    /// The request line, the fields and the line ends.
    static let limit = 65_536

    private struct RequestLine: Sendable {
        var method: HTTPMethod
        var target: Range<Int>
        var version: HTTPVersion
    }

    private var lineStart = 0
    private var searched = 0
    private var requestLine: RequestLine?
    private var fields: [RequestHead.Field] = []
    private var hasHost = false
    private(set) var contentLength: Int?
    private(set) var isChunked = false

    /// Takes the stream from the start of the head on, each time with more behind it. Returns the length of the head; nil
    /// if it is not all there.
    mutating func scan(_ bytes: UnsafeRawBufferPointer) throws(RequestError) -> Int? {
        while true {
            guard let end = Self.lineFeed(in: bytes, from: searched) else {
                searched = bytes.count
                guard bytes.count < Self.limit else { throw .headTooLong }
                return nil
            }
            guard end < Self.limit else { throw .headTooLong }
            guard end > lineStart, bytes[end - 1] == 0x0D else { throw .bareLineFeed }
            let line = lineStart..<end - 1
            lineStart = end + 1
            searched = lineStart
            guard let requestLine else {
                // Empty lines before a request are to be ignored (RFC 9112 §2.2).
                if !line.isEmpty { self.requestLine = try Self.requestLine(bytes, line) }
                continue
            }
            if line.isEmpty {
                try checkFraming(requestLine.version)
                return lineStart
            }
            try readField(bytes, line)
        }
    }

    /// The head, once `scan` has returned its length, which is how many bytes these are.
    func head(_ bytes: [UInt8]) -> RequestHead? {
        guard let requestLine else { return nil }
        return RequestHead(
            method: requestLine.method, target: requestLine.target, version: requestLine.version,
            contentLength: contentLength, bytes: bytes, fields: fields)
    }

    static func lineFeed(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard let base = bytes.baseAddress, start < bytes.count,
            let found = memchr(base + start, 0x0A, bytes.count - start)
        else { return nil }
        return UnsafeRawPointer(found) - base
    }

    // MARK: Lines

    private static func requestLine(
        _ bytes: UnsafeRawBufferPointer, _ line: Range<Int>
    ) throws(RequestError) -> RequestLine {
        var offset = line.lowerBound
        while offset < line.upperBound, RequestBytes.isToken(bytes[offset]) { offset += 1 }
        let method = line.lowerBound..<offset
        guard !method.isEmpty, offset < line.upperBound, bytes[offset] == 0x20 else { throw .requestLine }
        offset += 1
        let start = offset
        while offset < line.upperBound, bytes[offset] > 0x20, bytes[offset] < 0x7F { offset += 1 }
        guard offset > start, offset < line.upperBound, bytes[offset] == 0x20 else { throw .requestLine }
        let version = UnsafeRawBufferPointer(rebasing: bytes[(offset + 1)..<line.upperBound])
        return RequestLine(
            method: Self.method(UnsafeRawBufferPointer(rebasing: bytes[method])), target: start..<offset,
            version: try Self.version(version))
    }

    private static func method(_ bytes: UnsafeRawBufferPointer) -> HTTPMethod {
        switch (bytes.count, bytes[0]) {
        case (3, UInt8(ascii: "G")) where bytes.elementsEqual("GET".utf8): .GET
        case (4, UInt8(ascii: "P")) where bytes.elementsEqual("POST".utf8): .POST
        default: HTTPMethod(rawValue: String(decoding: bytes, as: UTF8.self))
        }
    }

    private static func version(_ bytes: UnsafeRawBufferPointer) throws(RequestError) -> HTTPVersion {
        guard bytes.count == 8, bytes.starts(with: "HTTP/".utf8), bytes[6] == UInt8(ascii: "."), isDigit(bytes[5]),
            isDigit(bytes[7])
        else { throw .requestLine }
        switch (bytes[5], bytes[7]) {
        case (UInt8(ascii: "1"), UInt8(ascii: "1")): return .http1_1
        case (UInt8(ascii: "1"), UInt8(ascii: "0")): return .http1_0
        default: throw .version
        }
    }

    private mutating func readField(_ bytes: UnsafeRawBufferPointer, _ line: Range<Int>) throws(RequestError) {
        let field = try Self.field(bytes, line)
        if fields.isEmpty { fields.reserveCapacity(16) }
        fields.append(field)
        let name = UnsafeRawBufferPointer(rebasing: bytes[field.name])
        let value = UnsafeRawBufferPointer(rebasing: bytes[field.value])
        switch name.count {
        case 4 where RequestBytes.isEqual(name, ignoringCase: "host"):
            guard !hasHost else { throw .host }
            hasHost = true
        case 14 where RequestBytes.isEqual(name, ignoringCase: "content-length"):
            guard contentLength == nil else { throw .contentLength }
            contentLength = try Self.length(value)
        case 17 where RequestBytes.isEqual(name, ignoringCase: "transfer-encoding"):
            guard !isChunked, RequestBytes.isEqual(value, ignoringCase: "chunked") else { throw .transferEncoding }
            isChunked = true
        default: break
        }
    }

    /// One line `name: value` without its end.
    static func field(
        _ bytes: UnsafeRawBufferPointer, _ line: Range<Int>
    ) throws(RequestError) -> RequestHead.Field {
        var colon = line.lowerBound
        while colon < line.upperBound, RequestBytes.isToken(bytes[colon]) { colon += 1 }
        guard colon > line.lowerBound, colon < line.upperBound, bytes[colon] == UInt8(ascii: ":") else {
            throw isBlank(bytes[line.lowerBound]) ? .foldedField : .fieldName
        }
        var (start, end) = (colon + 1, line.upperBound)
        while start < end, isBlank(bytes[start]) { start += 1 }
        while end > start, isBlank(bytes[end - 1]) { end -= 1 }
        let value = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
        guard RequestBytes.endOfValue(in: value, from: 0) == nil else { throw .fieldValue }
        return RequestHead.Field(
            nameStart: UInt32(line.lowerBound), nameEnd: UInt32(colon), valueStart: UInt32(start),
            valueEnd: UInt32(end))
    }

    private func checkFraming(_ version: HTTPVersion) throws(RequestError) {
        guard isChunked else { return }
        if contentLength != nil { throw .twoLengths }
        if version != .http1_1 { throw .transferEncodingInHTTP10 }
    }

    private static func length(_ digits: UnsafeRawBufferPointer) throws(RequestError) -> Int {
        guard !digits.isEmpty, digits.allSatisfy(isDigit) else { throw .contentLength }
        guard digits.count <= 18 else { throw .contentTooLong }
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}
