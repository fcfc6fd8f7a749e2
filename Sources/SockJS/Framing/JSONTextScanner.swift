/// Reads the few JSON shapes of SockJS from bytes; nil means that the shape is not there.
///
/// It must not outlive the bytes that it is given.
struct JSONTextScanner {
    private let bytes: UnsafeRawBufferPointer
    private(set) var offset: Int

    init(_ bytes: UnsafeRawBufferPointer, from offset: Int = 0) {
        self.bytes = bytes
        self.offset = offset
    }

    /// Whether only white space is left.
    var isAtEnd: Bool {
        var copy = self
        copy.skipSpace()
        return copy.offset >= bytes.count
    }

    var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

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

    mutating func stringArray() -> [SockJSMessage]? { array { $0.message() } }

    /// An array of anything; what is no string is taken as it is spelled.
    mutating func valueArray() -> [SockJSMessage]? { array { $0.value() } }

    /// A string as its content, anything else as it is spelled.
    mutating func value() -> SockJSMessage? {
        skipSpace()
        if next == UInt8(ascii: "\"") { return message() }
        let start = offset
        return skipValue() ? SockJSMessage(decoding: bytes[start..<offset]) : nil
    }

    private mutating func array(
        of element: (inout JSONTextScanner) -> SockJSMessage?
    ) -> [SockJSMessage]? {
        guard consume("[") else { return nil }
        if consume("]") { return [] }
        var messages: [SockJSMessage] = []
        repeat {
            guard let message = element(&self) else { return nil }
            messages.append(message)
        } while consume(",")
        return consume("]") ? messages : nil
    }

    mutating func string() -> String? { message()?.string }

    mutating func message() -> SockJSMessage? {
        guard consume("\"") else { return nil }
        let start = offset
        skipPlain()
        guard next == UInt8(ascii: "\"") else { return messageWithEscapes(from: start) }
        defer { offset += 1 }
        return SockJSMessage(uncheckedBytes: Array(UnsafeRawBufferPointer(rebasing: bytes[start..<offset])))
    }

    private mutating func messageWithEscapes(from start: Int) -> SockJSMessage? {
        var text: [UInt8] = []
        text.reserveCapacity(min(bytes.count - start, 2 * (offset - start) + 64))
        var runStart = start
        while let byte = next, byte >= 0x20 {
            switch byte {
            case UInt8(ascii: "\""):
                append(bytes[runStart..<offset], to: &text)
                offset += 1
                return SockJSMessage(uncheckedBytes: text)
            case UInt8(ascii: "\\"):
                append(bytes[runStart..<offset], to: &text)
                offset += 1
                guard let point = escape() else { return nil }
                point.append(to: &text)
                runStart = offset
            default: offset += 1
            }
            skipPlain()
        }
        return nil
    }

    private func append(_ run: Slice<UnsafeRawBufferPointer>, to text: inout [UInt8]) {
        if run.allSatisfy({ $0 < 0x80 }) { return text.append(contentsOf: run) }
        text.append(contentsOf: String(decoding: run, as: UTF8.self).utf8)
    }

    private mutating func skipPlain() {
        offset = PlainRun.end(in: bytes, from: offset)
    }

    private mutating func escape() -> CodePoint? {
        guard let byte = next else { return nil }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return CodePoint(UInt16(byte))
        case UInt8(ascii: "b"): return CodePoint(8)
        case UInt8(ascii: "f"): return CodePoint(12)
        case UInt8(ascii: "n"): return CodePoint(10)
        case UInt8(ascii: "r"): return CodePoint(13)
        case UInt8(ascii: "t"): return CodePoint(9)
        case UInt8(ascii: "u"): return hexEscape()
        default: return nil
        }
    }

    /// A surrogate stands alone unless its other half follows as an escape.
    private mutating func hexEscape() -> CodePoint? {
        guard let unit = fourHexDigits() else { return nil }
        guard UTF16.isLeadSurrogate(unit) else { return CodePoint(unit) }
        var ahead = self
        guard ahead.next == UInt8(ascii: "\\") else { return CodePoint(unit) }
        ahead.offset += 1
        guard ahead.next == UInt8(ascii: "u") else { return CodePoint(unit) }
        ahead.offset += 1
        guard let trail = ahead.fourHexDigits(), UTF16.isTrailSurrogate(trail) else { return CodePoint(unit) }
        offset = ahead.offset
        return CodePoint(lead: unit, trail: trail)
    }

    /// Passes over any value; false if there is none, or it nests deeper than `depth`.
    mutating func skipValue(depth: Int = 100) -> Bool {
        skipSpace()
        switch next {
        case UInt8(ascii: "\""): return message() != nil
        case UInt8(ascii: "["):
            offset += 1
            if consume("]") { return true }
            return skipElements(depth: depth) { $0.skipValue(depth: depth - 1) } && consume("]")
        case UInt8(ascii: "{"):
            offset += 1
            if consume("}") { return true }
            return skipElements(depth: depth) {
                $0.message() != nil && $0.consume(":") && $0.skipValue(depth: depth - 1)
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
        guard bytes.count - offset >= 4 else { return nil }
        var value: UInt16 = 0
        for byte in bytes[offset..<(offset + 4)] {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            value = value << 4 | UInt16(digit)
        }
        offset += 4
        return value
    }
}
