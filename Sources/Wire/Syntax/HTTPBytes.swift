import NIOHTTP1

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What bytes of a message may be (RFC 9110 §5.5 and §5.6.2), without tables.
enum HTTPBytes {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = 0x8080_8080_8080_8080
    /// `!#$%&'*+-.` and digits, by their bit.
    private static let tokensBelow64: UInt64 = 0x03FF_6CFA_0000_0000
    /// Letters and ``^_`|~``, by their bit less 64.
    private static let tokensFrom64: UInt64 = 0x57FF_FFFF_C7FF_FFFE

    static func isToken(_ byte: UInt8) -> Bool {
        let bits = byte < 64 ? tokensBelow64 : byte < 128 ? tokensFrom64 : 0
        return bits >> UInt64(byte & 63) & 1 != 0
    }

    /// The offset of the first byte from `start` on that no value of a field may hold: a control other than a tab.
    static func endOfValue(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var offset = start
        while offset < bytes.count {
            if bytes.count - offset >= 8 {
                let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                // Bytes from 0x80 on are allowed, and a borrow marks wrong bytes only behind a right one.
                let deletes = word ^ (ones &* 0x7F)
                let found = ((word &- ones &* 0x20) & ~word | (deletes &- ones) & ~deletes & ~word) & tops
                if found == 0 {
                    offset += 8
                    continue
                }
                offset += found.trailingZeroBitCount / 8
            }
            let byte = bytes[offset]
            if byte != 0x09, byte < 0x20 || byte == 0x7F { return offset }
            offset += 1
        }
        return nil
    }

    /// Whether these bytes are this text in any case; the text is in lower case.
    static func isEqual(_ bytes: UnsafeRawBufferPointer, ignoringCase text: StaticString) -> Bool {
        isEqual(bytes, ignoringCase: UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// As with a text.
    static func isEqual(_ bytes: UnsafeRawBufferPointer, ignoringCase text: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count == text.count else { return false }
        for index in 0..<bytes.count where lowercased(bytes[index]) != text[index] { return false }
        return true
    }

    /// A letter from A to Z in lower case, and any other byte as it is.
    static func lowercased(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

    /// The offset of the first line feed from `start` on.
    static func lineFeed(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard let base = bytes.baseAddress, start < bytes.count,
            let found = memchr(base + start, 0x0A, bytes.count - start)
        else { return nil }
        return UnsafeRawPointer(found) - base
    }

    /// The version that these bytes name; anything else than a version is this error.
    static func version(
        _ bytes: UnsafeRawBufferPointer, orThrow error: HTTPSyntaxError
    ) throws(HTTPSyntaxError) -> HTTPVersion {
        guard bytes.count == 8 else { throw error }
        let word = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
        // "HTTP/", a digit, ".", a digit.
        guard word & 0xFFFF_FFFF_FF00_FF00 == 0x4854_5450_2F00_2E00, isDigit(bytes[5]), isDigit(bytes[7]) else {
            throw error
        }
        switch (bytes[5], bytes[7]) {
        case (UInt8(ascii: "1"), UInt8(ascii: "1")): return .http1_1
        case (UInt8(ascii: "1"), UInt8(ascii: "0")): return .http1_0
        default: throw .version
        }
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}
