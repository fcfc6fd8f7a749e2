extension JSONReader {
    /// A string, the reader standing on its quote.
    mutating func string() throws(JSONError) -> JSONValue {
        let start = offset
        if let plain = try plainString() { return .string(plain) }
        offset = start
        let unescaped = try unescapedString()
        return unescaped.hasLoneSurrogate
            ? .utf16(unescaped.utf16) : .string(String(decoding: unescaped.bytes, as: UTF8.self))
    }

    /// A member's name, white space before it allowed.
    mutating func memberName() throws(JSONError) -> String {
        guard skipSpace() == UInt8(ascii: "\"") else { throw error("a member name") }
        let start = offset
        if let plain = try plainString() { return plain }
        offset = start
        let unescaped = try unescapedString()
        return unescaped.hasLoneSurrogate
            ? String(decoding: unescaped.utf16, as: UTF16.self) : String(decoding: unescaped.bytes, as: UTF8.self)
    }

    /// The bytes between the quotes of a name without escapes, which is left behind; nil, and nothing moves, if it has
    /// escapes.
    mutating func plainName() throws(JSONError) -> UnsafeBufferPointer<UInt8>? {
        guard skipSpace() == UInt8(ascii: "\"") else { throw error("a member name") }
        let start = offset + 1
        let end = endOfRun(from: start)
        guard end < count, bytes[end] == UInt8(ascii: "\"") else {
            if end < count, bytes[end] == UInt8(ascii: "\\") { return nil }
            offset = end
            throw error("the rest of a string")
        }
        offset = end + 1
        return UnsafeBufferPointer(start: bytes + start, count: end - start)
    }

    /// A string without escapes; nil if it has some.
    private mutating func plainString() throws(JSONError) -> String? {
        let start = offset + 1
        let end = endOfRun(from: start)
        guard end < count, bytes[end] == UInt8(ascii: "\"") else {
            if end < count, bytes[end] == UInt8(ascii: "\\") { return nil }
            offset = end
            throw error("the rest of a string")
        }
        offset = end + 1
        return String(decoding: UnsafeBufferPointer(start: bytes + start, count: end - start), as: UTF8.self)
    }

    /// The first quote, backslash or control character from here on, or the end.
    @inline(__always)
    func endOfRun(from start: Int) -> Int {
        var index = start
        let word = UnsafeRawPointer(bytes)
        while count - index >= 8 {
            let eight = UInt64(littleEndian: word.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let found = ByteSearch.ends(eight)
            if found != 0 { return index + found.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < count, bytes[index] >= 0x20, bytes[index] != UInt8(ascii: "\""),
            bytes[index] != UInt8(ascii: "\\")
        {
            index += 1
        }
        return index
    }

    /// UTF-8 in which a lone surrogate is three bytes, as no other text has them.
    private struct Unescaped {
        var bytes: [UInt8] = []
        var hasLoneSurrogate = false

        mutating func append(_ value: UInt32) {
            switch value {
            case ..<0x80: bytes.append(UInt8(value))
            case ..<0x800: bytes += [UInt8(0xC0 | value >> 6), UInt8(0x80 | value & 63)]
            case ..<0x10000:
                bytes += [UInt8(0xE0 | value >> 12), UInt8(0x80 | value >> 6 & 63), UInt8(0x80 | value & 63)]
            default:
                bytes += [
                    UInt8(0xF0 | value >> 18), UInt8(0x80 | value >> 12 & 63), UInt8(0x80 | value >> 6 & 63),
                    UInt8(0x80 | value & 63),
                ]
            }
        }

        var utf16: [UInt16] {
            var units: [UInt16] = []
            var run = 0
            var index = 0
            func text(_ end: Int) -> String.UTF16View { String(decoding: bytes[run..<end], as: UTF8.self).utf16 }
            while index < bytes.count {
                // ED A0…BF is what UTF-8 leaves to surrogates.
                guard bytes[index] == 0xED, index + 2 < bytes.count, bytes[index + 1] >= 0xA0 else {
                    index += 1
                    continue
                }
                units += text(index)
                units.append(0xD000 | UInt16(bytes[index + 1] & 63) << 6 | UInt16(bytes[index + 2] & 63))
                index += 3
                run = index
            }
            return units + text(bytes.count)
        }
    }

    private mutating func unescapedString() throws(JSONError) -> Unescaped {
        var result = Unescaped()
        offset += 1
        while true {
            let end = endOfRun(from: offset)
            result.bytes.append(contentsOf: UnsafeBufferPointer(start: bytes + offset, count: end - offset))
            offset = end
            guard offset < count, bytes[offset] >= 0x20 else { throw error("the rest of a string") }
            offset += 1
            if bytes[offset - 1] == UInt8(ascii: "\"") { return result }
            try escape(into: &result)
        }
    }

    private mutating func escape(into result: inout Unescaped) throws(JSONError) {
        let byte = next
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.bytes.append(byte)
        case UInt8(ascii: "b"): result.bytes.append(0x08)
        case UInt8(ascii: "f"): result.bytes.append(0x0C)
        case UInt8(ascii: "n"): result.bytes.append(0x0A)
        case UInt8(ascii: "r"): result.bytes.append(0x0D)
        case UInt8(ascii: "t"): result.bytes.append(0x09)
        case UInt8(ascii: "u"):
            offset += 1
            return try hexEscape(into: &result)
        default: throw error("an escape")
        }
        offset += 1
    }

    private mutating func hexEscape(into result: inout Unescaped) throws(JSONError) {
        let unit = try fourHexDigits()
        guard unit & 0xF800 == 0xD800 else { return result.append(UInt32(unit)) }
        if UTF16.isLeadSurrogate(unit), count - offset >= 6, bytes[offset] == UInt8(ascii: "\\"),
            bytes[offset + 1] == UInt8(ascii: "u")
        {
            var ahead = self
            ahead.offset += 2
            let trail = try ahead.fourHexDigits()
            if UTF16.isTrailSurrogate(trail) {
                offset = ahead.offset
                return result.append(0x10000 + (UInt32(unit) & 0x3FF) << 10 + (UInt32(trail) & 0x3FF))
            }
        }
        result.hasLoneSurrogate = true
        result.append(UInt32(unit))
    }

    private mutating func fourHexDigits() throws(JSONError) -> UInt16 {
        guard count - offset >= 4 else { throw error("four hex digits") }
        var value: UInt16 = 0
        for index in offset..<(offset + 4) {
            guard let digit = ByteSearch.hexDigit(bytes[index]) else { throw error("four hex digits") }
            value = value << 4 | UInt16(digit)
        }
        offset += 4
        return value
    }
}
