/// Reads the few JSON shapes of SockJS from bytes; nil means that the shape is not there.
struct JSONTextScanner {
    private let bytes: ArraySlice<UInt8>
    private(set) var offset: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        self.offset = bytes.startIndex
    }

    /// Whether only white space is left.
    var isAtEnd: Bool {
        var copy = self
        copy.skipSpace()
        return copy.offset == bytes.endIndex
    }

    var next: UInt8? { offset < bytes.endIndex ? bytes[offset] : nil }

    mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { offset += 1 }
    }

    mutating func consume(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard next == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }

    /// A whole number of at most ten digits.
    mutating func integer() -> Int? {
        skipSpace()
        let negative = next == UInt8(ascii: "-")
        if negative { offset += 1 }
        var value = 0
        var digits = 0
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            digits += 1
            guard digits <= 10 else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
            offset += 1
        }
        guard digits > 0 else { return nil }
        return negative ? -value : value
    }

    mutating func stringArray() -> [String]? {
        guard consume("[") else { return nil }
        if consume("]") { return [] }
        var strings: [String] = []
        repeat {
            guard let string = string() else { return nil }
            strings.append(string)
        } while consume(",")
        return consume("]") ? strings : nil
    }

    mutating func string() -> String? {
        guard consume("\"") else { return nil }
        let start = offset
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { offset += 1 }
        if next == UInt8(ascii: "\"") {
            defer { offset += 1 }
            return String(decoding: bytes[start..<offset], as: UTF8.self)
        }
        return stringWithEscapes(from: start)
    }

    private mutating func stringWithEscapes(from start: Int) -> String? {
        var units = Array(bytes[start..<offset])
        while let byte = next, byte >= 0x20 {
            offset += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: units, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let scalar = escape() else { return nil }
                units.append(contentsOf: Array(String(scalar).utf8))
            default: units.append(byte)
            }
        }
        return nil
    }

    private mutating func escape() -> Unicode.Scalar? {
        guard let byte = next else { return nil }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return hexEscape()
        default: return nil
        }
    }

    private mutating func hexEscape() -> Unicode.Scalar? {
        guard let unit = fourHexDigits() else { return nil }
        guard UTF16.isLeadSurrogate(unit) else { return Unicode.Scalar(unit) ?? "\u{fffd}" }
        var ahead = self
        guard ahead.next == UInt8(ascii: "\\") else { return "\u{fffd}" }
        ahead.offset += 1
        guard ahead.next == UInt8(ascii: "u") else { return "\u{fffd}" }
        ahead.offset += 1
        guard let trail = ahead.fourHexDigits(), UTF16.isTrailSurrogate(trail) else { return "\u{fffd}" }
        offset = ahead.offset
        return Unicode.Scalar(0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(trail) - 0xDC00)) ?? "\u{fffd}"
    }

    /// Passes over any value; false if there is none, or it nests deeper than `depth`.
    mutating func skipValue(depth: Int = 100) -> Bool {
        skipSpace()
        switch next {
        case UInt8(ascii: "\""): return string() != nil
        case UInt8(ascii: "["):
            offset += 1
            if consume("]") { return true }
            return skipElements(depth: depth) { $0.skipValue(depth: depth - 1) } && consume("]")
        case UInt8(ascii: "{"):
            offset += 1
            if consume("}") { return true }
            return skipElements(depth: depth) {
                $0.string() != nil && $0.consume(":") && $0.skipValue(depth: depth - 1)
            } && consume("}")
        default:
            return skip("true") || skip("false") || skip("null") || skipNumber()
        }
    }

    private mutating func skipElements(depth: Int, _ element: (inout JSONTextScanner) -> Bool) -> Bool {
        guard depth > 0 else { return false }
        repeat {
            guard element(&self) else { return false }
        } while consume(",")
        return true
    }

    mutating func skip(_ word: String) -> Bool {
        skipSpace()
        guard bytes[offset...].starts(with: word.utf8) else { return false }
        offset += word.utf8.count
        return true
    }

    private mutating func skipNumber() -> Bool {
        if next == UInt8(ascii: "-") { offset += 1 }
        if next == UInt8(ascii: "0") { offset += 1 } else if !skipDigits() { return false }
        if next == UInt8(ascii: ".") {
            offset += 1
            guard skipDigits() else { return false }
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            offset += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { offset += 1 }
            guard skipDigits() else { return false }
        }
        return true
    }

    private mutating func skipDigits() -> Bool {
        let start = offset
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { offset += 1 }
        return offset > start
    }

    private mutating func fourHexDigits() -> UInt16? {
        guard bytes.endIndex - offset >= 4 else { return nil }
        var value: UInt16 = 0
        for byte in bytes[offset..<(offset + 4)] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else { return nil }
            value = value << 4 | UInt16(digit)
        }
        offset += 4
        return value
    }
}
