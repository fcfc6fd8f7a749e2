/// RFC 8259, strict; an escaped surrogate without its other half becomes U+FFFD.
struct JSONParser {
    private let bytes: [UInt8]
    private var offset = 0
    private var depthLeft: Int

    static func parse(_ text: String, limits: JSONLimits) throws(JSONError) -> JSONValue {
        guard text.utf8.count <= limits.bytes else {
            throw JSONError(expected: "at most \(limits.bytes) bytes", offset: limits.bytes)
        }
        var parser = JSONParser(bytes: Array(text.utf8), depthLeft: limits.depth)
        let value = try parser.value()
        parser.skipSpace()
        guard parser.next == nil else { throw parser.error("the end") }
        return value
    }

    private init(bytes: [UInt8], depthLeft: Int) {
        self.bytes = bytes
        self.depthLeft = depthLeft
    }

    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private func error(_ expected: String) -> JSONError { JSONError(expected: expected, offset: offset) }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { offset += 1 }
    }

    private mutating func consume(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard next == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }

    private mutating func value() throws(JSONError) -> JSONValue {
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return try nested { parser throws(JSONError) in .object(try parser.object()) }
        case UInt8(ascii: "["): return try nested { parser throws(JSONError) in .array(try parser.array()) }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func nested(
        _ body: (inout JSONParser) throws(JSONError) -> JSONValue
    ) throws(JSONError) -> JSONValue {
        guard depthLeft > 0 else { throw error("no deeper nesting") }
        depthLeft -= 1
        offset += 1
        let value = try body(&self)
        depthLeft += 1
        return value
    }

    private mutating func object() throws(JSONError) -> JSONObject {
        var object = JSONObject()
        if consume("}") { return object }
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw error("a member name") }
            let name = try string()
            guard consume(":") else { throw error("a colon") }
            object.members.append(.init(name: name, value: try value()))
        } while consume(",")
        guard consume("}") else { throw error("a comma or }") }
        return object
    }

    private mutating func array() throws(JSONError) -> [JSONValue] {
        if consume("]") { return [] }
        var elements: [JSONValue] = []
        repeat { elements.append(try value()) } while consume(",")
        guard consume("]") else { throw error("a comma or ]") }
        return elements
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
        guard bytes[offset...].starts(with: word.utf8) else { throw error(word) }
        offset += word.utf8.count
        return value
    }

    private mutating func number() throws(JSONError) -> JSONNumber {
        let start = offset
        if next == UInt8(ascii: "-") { offset += 1 }
        if next == UInt8(ascii: "0") { offset += 1 } else { try digits("a value") }
        if next == UInt8(ascii: ".") {
            offset += 1
            try digits("a digit")
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            offset += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { offset += 1 }
            try digits("a digit")
        }
        return JSONNumber(verified: String(decoding: bytes[start..<offset], as: UTF8.self))
    }

    private mutating func digits(_ expected: String) throws(JSONError) {
        let start = offset
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { offset += 1 }
        guard offset > start else { throw error(expected) }
    }

    private mutating func string() throws(JSONError) -> String {
        offset += 1
        let start = offset
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { offset += 1 }
        var units = bytes[start..<offset]
        while let byte = next, byte >= 0x20 {
            offset += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: units, as: UTF8.self)
            case UInt8(ascii: "\\"): units.append(contentsOf: Array(String(try escape()).utf8))
            default: units.append(byte)
            }
        }
        throw error("the rest of a string")
    }

    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        let byte = next
        offset += 1
        switch byte {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try hexEscape()
        default:
            offset -= 1
            throw error("an escape")
        }
    }

    private mutating func hexEscape() throws(JSONError) -> Unicode.Scalar {
        let unit = try fourHexDigits()
        guard UTF16.isLeadSurrogate(unit) else { return Unicode.Scalar(unit) ?? "\u{fffd}" }
        guard bytes[offset...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else { return "\u{fffd}" }
        var ahead = self
        ahead.offset += 2
        let trail = try ahead.fourHexDigits()
        guard UTF16.isTrailSurrogate(trail) else { return "\u{fffd}" }
        offset = ahead.offset
        return Unicode.Scalar(0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(trail) - 0xDC00)) ?? "\u{fffd}"
    }

    private mutating func fourHexDigits() throws(JSONError) -> UInt16 {
        guard bytes.count - offset >= 4 else { throw error("four hex digits") }
        var value: UInt16 = 0
        for byte in bytes[offset..<(offset + 4)] {
            guard byte < 0x80, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw error("four hex digits")
            }
            value = value << 4 | UInt16(digit)
        }
        offset += 4
        return value
    }
}
