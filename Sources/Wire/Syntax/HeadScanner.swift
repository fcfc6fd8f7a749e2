import NIOHTTP1

/// The first line of a message.
protocol StartLine: Sendable {
    /// Whether empty lines may stand before it.
    static var mayFollowEmptyLines: Bool { get }
    /// Reads the line, without its end.
    init(_ bytes: UnsafeRawBufferPointer, _ line: Range<Int>) throws(HTTPSyntaxError)
    /// The version it names.
    var version: HTTPVersion { get }
}

/// Reads the head of one message line by line, each line once, whatever the splits.
struct HeadScanner<Line: StartLine>: Sendable {
    private var lineStart = 0
    private var searched = 0
    /// The first line, once it has been read.
    private(set) var startLine: Line?
    private var fields: [HeadFields.Field] = []
    private var hasHost = false
    private let passesTwoLengths: Bool
    private(set) var contentLength: Int?
    private(set) var isChunked = false

    /// - Parameter passesTwoLengths: whether a head may have both `Content-Length` and `Transfer-Encoding`.
    init(passesTwoLengths: Bool = false) { self.passesTwoLengths = passesTwoLengths }

    /// Takes the stream from the start of the head on, each time with more behind it. Returns the length of the head; nil
    /// if it is not all there.
    mutating func scan(_ bytes: UnsafeRawBufferPointer) throws(HTTPSyntaxError) -> Int? {
        while true {
            guard let end = HTTPBytes.lineFeed(in: bytes, from: searched) else {
                searched = bytes.count
                guard bytes.count < HeadFields.limit else { throw .headTooLong }
                return nil
            }
            guard end < HeadFields.limit else { throw .headTooLong }
            guard end > lineStart, bytes[end - 1] == 0x0D else { throw .bareLineFeed }
            let line = lineStart..<end - 1
            lineStart = end + 1
            searched = lineStart
            guard let startLine else {
                if !line.isEmpty || !Line.mayFollowEmptyLines { self.startLine = try Line(bytes, line) }
                continue
            }
            if line.isEmpty {
                try checkFraming(startLine.version)
                return lineStart
            }
            try readField(bytes, line)
        }
    }

    /// The fields, once `scan` has returned the length of the head, which is how many bytes these are.
    func fields(of bytes: [UInt8]) -> HeadFields { HeadFields(bytes: bytes, fields: fields) }

    private mutating func readField(_ bytes: UnsafeRawBufferPointer, _ line: Range<Int>) throws(HTTPSyntaxError) {
        let field = try HeadFields.field(bytes, line)
        if fields.isEmpty { fields.reserveCapacity(16) }
        fields.append(field)
        let name = UnsafeRawBufferPointer(rebasing: bytes[field.name])
        let value = UnsafeRawBufferPointer(rebasing: bytes[field.value])
        switch name.count {
        case 4 where HTTPBytes.isEqual(name, ignoringCase: "host"):
            guard !hasHost else { throw .host }
            hasHost = true
        case 14 where HTTPBytes.isEqual(name, ignoringCase: "content-length"):
            guard contentLength == nil else { throw .contentLength }
            contentLength = try Self.length(value)
        case 17 where HTTPBytes.isEqual(name, ignoringCase: "transfer-encoding"):
            guard !isChunked, HTTPBytes.isEqual(value, ignoringCase: "chunked") else { throw .transferEncoding }
            isChunked = true
        default: break
        }
    }

    private func checkFraming(_ version: HTTPVersion) throws(HTTPSyntaxError) {
        guard isChunked else { return }
        if contentLength != nil, !passesTwoLengths { throw .twoLengths }
        if version != .http1_1 { throw .transferEncodingInHTTP10 }
    }

    private static func length(_ digits: UnsafeRawBufferPointer) throws(HTTPSyntaxError) -> Int {
        guard !digits.isEmpty, digits.allSatisfy(HTTPBytes.isDigit) else { throw .contentLength }
        guard digits.count <= 18 else { throw .contentTooLong }
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }
}
