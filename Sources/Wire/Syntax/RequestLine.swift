import NIOHTTP1

/// The first line of a request: method, target and version, one blank between them.
struct RequestLine: StartLine {
    /// RFC 9112 §2.2.
    static let mayFollowEmptyLines = true

    let method: HTTPMethod
    /// Where the target stands in the head.
    let target: Range<Int>
    let version: HTTPVersion

    init(_ bytes: UnsafeRawBufferPointer, _ line: Range<Int>) throws(HTTPSyntaxError) {
        var offset = line.lowerBound
        while offset < line.upperBound, HTTPBytes.isToken(bytes[offset]) { offset += 1 }
        let method = line.lowerBound..<offset
        guard !method.isEmpty, offset < line.upperBound, bytes[offset] == 0x20 else { throw .requestLine }
        offset += 1
        let start = offset
        while offset < line.upperBound, bytes[offset] > 0x20, bytes[offset] < 0x7F { offset += 1 }
        guard offset > start, offset < line.upperBound, bytes[offset] == 0x20 else { throw .requestLine }
        let version = UnsafeRawBufferPointer(rebasing: bytes[(offset + 1)..<line.upperBound])
        self.method = Self.method(UnsafeRawBufferPointer(rebasing: bytes[method]))
        target = start..<offset
        self.version = try HTTPBytes.version(version, orThrow: .requestLine)
    }

    private static func method(_ bytes: UnsafeRawBufferPointer) -> HTTPMethod {
        switch (bytes.count, bytes[0]) {
        case (3, UInt8(ascii: "G")) where bytes[1] == UInt8(ascii: "E") && bytes[2] == UInt8(ascii: "T"): .GET
        case (4, UInt8(ascii: "P")) where bytes.loadUnaligned(as: UInt32.self) == UInt32(bigEndian: 0x504F_5354): .POST
        default: HTTPMethod(rawValue: String(decoding: bytes, as: UTF8.self))
        }
    }
}
