/// RFC 8259, strict, in one pass over bytes that are UTF-8 and outlive the reader.
struct JSONReader {
    let bytes: UnsafePointer<UInt8>
    let count: Int
    var offset = 0
    var depthLeft: Int

    static func read<Value: ~Copyable, Failure: Error>(
        _ utf8: Span<UInt8>, _ limits: JSONLimits, _ body: (inout JSONReader) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try utf8.withUnsafeBufferPointer { buffer throws(Failure) in
            var placeholder: UInt8 = 0
            return try withUnsafePointer(to: &placeholder) { nothing throws(Failure) in
                var reader = JSONReader(bytes: buffer.baseAddress ?? nothing, count: buffer.count, limits: limits)
                return try body(&reader)
            }
        }
    }

    private init(bytes: UnsafePointer<UInt8>, count: Int, limits: JSONLimits) {
        self.bytes = bytes
        self.count = min(count, limits.bytes)
        self.isTooLong = count > limits.bytes
        self.depthLeft = min(limits.depth, JSONLimits.greatestDepth)
    }

    private let isTooLong: Bool

    func error(_ expected: String) -> JSONError { JSONError(expected: expected, offset: offset) }

    /// Throws if the text is beyond its limit.
    func checkSize() throws(JSONError) {
        if isTooLong { throw JSONError(expected: "at most \(count) bytes", offset: count) }
    }

    /// The whole text as one value.
    mutating func document() throws(JSONError) -> JSONValue {
        try checkSize()
        let value = try value()
        try end()
        return value
    }

    /// Throws unless only white space is left.
    mutating func end() throws(JSONError) {
        skipSpace()
        guard offset == count else { throw error("the end") }
    }

    /// The byte here; 0, which begins no token, at the end.
    var next: UInt8 { offset < count ? bytes[offset] : 0 }

    /// Skips white space; returns what follows.
    @discardableResult
    @inline(__always)
    mutating func skipSpace() -> UInt8 {
        guard offset < count else { return 0 }
        let byte = bytes[offset]
        return byte > 0x20 ? byte : skipLongerSpace()
    }

    @inline(never)
    private mutating func skipLongerSpace() -> UInt8 {
        while offset < count {
            let byte = bytes[offset]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
            offset += 1
        }
        return 0
    }

    mutating func value() throws(JSONError) -> JSONValue {
        switch skipSpace() {
        case UInt8(ascii: "\""): return try string()
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    /// Opens an array or object.
    @inline(__always)
    mutating func open() throws(JSONError) {
        guard depthLeft > 0 else { throw error("no deeper nesting") }
        depthLeft -= 1
        offset += 1
    }

    /// Whether another element follows; if not, the array or object is closed.
    @inline(__always)
    mutating func another(closing: UInt8) throws(JSONError) -> Bool {
        let byte = skipSpace()
        guard byte == UInt8(ascii: ",") || byte == closing else {
            throw error("a comma or \(Character(Unicode.Scalar(closing)))")
        }
        offset += 1
        if byte == closing { depthLeft += 1 }
        return byte != closing
    }

    /// Whether the array or object just opened is empty; if so, it is closed.
    @inline(__always)
    mutating func isEmpty(closing: UInt8) -> Bool {
        guard skipSpace() == closing else { return false }
        offset += 1
        depthLeft += 1
        return true
    }

    mutating func object() throws(JSONError) -> JSONObject {
        try open()
        if isEmpty(closing: UInt8(ascii: "}")) { return JSONObject(members: []) }
        return JSONObject(
            members: try elements(closing: UInt8(ascii: "}")) { reader throws(JSONError) in
                let name = try reader.memberName()
                try reader.colon()
                return JSONObject.Member(name: name, value: try reader.value())
            })
    }

    mutating func array() throws(JSONError) -> [JSONValue] {
        try open()
        if isEmpty(closing: UInt8(ascii: "]")) { return [] }
        return try elements(closing: UInt8(ascii: "]")) { reader throws(JSONError) in try reader.value() }
    }

    /// The elements of an array or object that is not empty. Up to four of them take no more memory than they need, so
    /// that a flood of small arrays does not swell.
    @inline(__always)
    private mutating func elements<Element>(
        closing: UInt8, _ next: (inout JSONReader) throws(JSONError) -> Element
    ) throws(JSONError) -> [Element] {
        let first = try next(&self)
        guard try another(closing: closing) else { return [first] }
        let second = try next(&self)
        guard try another(closing: closing) else { return [first, second] }
        let third = try next(&self)
        guard try another(closing: closing) else { return [first, second, third] }
        let fourth = try next(&self)
        guard try another(closing: closing) else { return [first, second, third, fourth] }
        var elements: [Element] = []
        elements.reserveCapacity(8)
        elements.append(first)
        elements.append(second)
        elements.append(third)
        elements.append(fourth)
        repeat { elements.append(try next(&self)) } while try another(closing: closing)
        return elements
    }

    @inline(__always)
    mutating func colon() throws(JSONError) {
        guard skipSpace() == UInt8(ascii: ":") else { throw error("a colon") }
        offset += 1
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        guard count - offset >= word.utf8CodeUnitCount else { throw error("\(word)") }
        for index in 0..<word.utf8CodeUnitCount where bytes[offset + index] != word.utf8Start[index] {
            throw error("\(word)")
        }
        offset += word.utf8CodeUnitCount
        return value
    }
}
