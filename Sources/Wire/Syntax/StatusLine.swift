import NIOHTTP1

/// The first line of an answer: version, three digits, and a reason, which may be left out with the blank before it.
struct StatusLine: StartLine {
    static let mayFollowEmptyLines = false

    let version: HTTPVersion
    let status: Int

    init(_ bytes: UnsafeRawBufferPointer, _ line: Range<Int>) throws(HTTPSyntaxError) {
        let text = UnsafeRawBufferPointer(rebasing: bytes[line])
        guard text.count >= 12, text[8] == 0x20, text.count == 12 || text[12] == 0x20 else { throw .statusLine }
        version = try HTTPBytes.version(UnsafeRawBufferPointer(rebasing: text[..<8]), orThrow: .statusLine)
        let digits = text[9..<12]
        guard digits.allSatisfy(HTTPBytes.isDigit), text[9] != UInt8(ascii: "0") else { throw .statusLine }
        status = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        guard HTTPBytes.endOfValue(in: text, from: 12) == nil else { throw .statusLine }
    }
}
