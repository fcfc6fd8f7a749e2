import NIOHTTP1

/// The fields of a head, taken apart where they stand: strings are made only when they are asked for.
struct HeadFields: Sendable {
    /// Most bytes of a head, and of the fields behind a body.
    static let limit = 65_536

    /// Where a field stands in the bytes of the head.
    struct Field: Sendable, Hashable {
        var nameStart: UInt32
        var nameEnd: UInt32
        var valueStart: UInt32
        var valueEnd: UInt32

        var name: Range<Int> { Int(nameStart)..<Int(nameEnd) }
        var value: Range<Int> { Int(valueStart)..<Int(valueEnd) }
    }

    /// The whole head.
    let bytes: [UInt8]
    let fields: [Field]

    var count: Int { fields.count }

    /// Every field in the order and case in which it came, without the blanks around its value.
    var all: [(name: String, value: String)] { fields.map { (text($0.name), text($0.value)) } }

    /// The value of the first field of this name, which is given in lower case.
    func first(_ name: StaticString) -> String? {
        for field in fields where isNamed(field, name) { return text(field.value) }
        return nil
    }

    /// The value of the first field of this name, which is given in lower case.
    func first(named name: String) -> String? {
        let name = FieldNames([name])
        return bytes.withUnsafeBytes { bytes in
            fields.first { name.contains(UnsafeRawBufferPointer(rebasing: bytes[$0.name])) }.map { text($0.value) }
        }
    }

    /// The values of all fields of this name, which is given in lower case.
    func values(_ name: StaticString) -> [String] {
        var values: [String] = []
        for field in fields where isNamed(field, name) { values.append(text(field.value)) }
        return values
    }

    /// Calls `body` with the value of each field of this name, which is given in lower case.
    func forEachValue(_ name: StaticString, _ body: (UnsafeRawBufferPointer) -> Void) {
        bytes.withUnsafeBytes { bytes in
            for field in fields where isNamed(field, name) {
                body(UnsafeRawBufferPointer(rebasing: bytes[field.value]))
            }
        }
    }

    /// Whether there is a field of this name, which is given in lower case.
    func contains(_ name: StaticString) -> Bool {
        for field in fields where isNamed(field, name) { return true }
        return false
    }

    /// The elements of a list of this name, over all its fields, without the blanks around them; empty ones do not count.
    /// The name is given in lower case.
    func elements(_ name: StaticString) -> [String] {
        var elements: [String] = []
        for value in values(name) {
            for part in value.utf8.split(separator: UInt8(ascii: ",")) {
                elements.append(String(Substring(part).trimmed))
            }
        }
        return elements
    }

    /// Whether a list of this name, over all its fields, has this element; both are given in lower case.
    func list(_ name: StaticString, has element: String) -> Bool {
        fields.contains { field in
            isNamed(field, name)
                && text(field.value).split(separator: ",").contains { part in
                    part.lowercased()[...].trimmed == element
                }
        }
    }

    /// Whether the connection may bear another message after one of this version (RFC 9112 §9.3).
    func keepAlive(in version: HTTPVersion) -> Bool {
        if version == .http1_1 { return !list("connection", has: "close") }
        return list("connection", has: "keep-alive") && !list("connection", has: "close")
    }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private func isNamed(_ field: Field, _ name: StaticString) -> Bool {
        guard field.nameEnd - field.nameStart == UInt32(name.utf8CodeUnitCount) else { return false }
        return bytes.withUnsafeBytes { bytes in
            HTTPBytes.isEqual(UnsafeRawBufferPointer(rebasing: bytes[field.name]), ignoringCase: name)
        }
    }

    /// Appends the fields in their order, each as `name: value` with its line end, but for those of these names.
    func append(to text: inout [UInt8], without names: FieldNames) {
        bytes.withUnsafeBytes { bytes in
            // Lines that stand together as they are written go in one piece.
            var piece = 0..<0
            for field in fields where !names.contains(UnsafeRawBufferPointer(rebasing: bytes[field.name])) {
                let line = Int(field.nameStart)..<Int(field.valueEnd) + 2
                let isPlain =
                    field.valueStart == field.nameEnd + 2 && bytes[Int(field.nameEnd) + 1] == 0x20
                    && bytes[Int(field.valueEnd)] == 0x0D
                if isPlain, line.lowerBound == piece.upperBound {
                    piece = piece.lowerBound..<line.upperBound
                    continue
                }
                text.append(contentsOf: bytes[piece])
                piece = isPlain ? line : 0..<0
                if isPlain { continue }
                text.append(contentsOf: bytes[field.name])
                text.append(contentsOf: [UInt8(ascii: ":"), UInt8(ascii: " ")])
                text.append(contentsOf: bytes[field.value])
                text.append(contentsOf: [0x0D, 0x0A])
            }
            text.append(contentsOf: bytes[piece])
        }
    }

    /// One line `name: value` without its end.
    static func field(
        _ bytes: UnsafeRawBufferPointer, _ line: Range<Int>
    ) throws(HTTPSyntaxError) -> Field {
        var colon = line.lowerBound
        while colon < line.upperBound, HTTPBytes.isToken(bytes[colon]) { colon += 1 }
        guard colon > line.lowerBound, colon < line.upperBound, bytes[colon] == UInt8(ascii: ":") else {
            throw HTTPBytes.isBlank(bytes[line.lowerBound]) ? .foldedField : .fieldName
        }
        var (start, end) = (colon + 1, line.upperBound)
        while start < end, HTTPBytes.isBlank(bytes[start]) { start += 1 }
        while end > start, HTTPBytes.isBlank(bytes[end - 1]) { end -= 1 }
        let value = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
        guard HTTPBytes.endOfValue(in: value, from: 0) == nil else { throw .fieldValue }
        return Field(
            nameStart: UInt32(line.lowerBound), nameEnd: UInt32(colon), valueStart: UInt32(start),
            valueEnd: UInt32(end))
    }
}

extension Substring {
    /// Without the blanks around it.
    fileprivate var trimmed: Substring {
        var rest = utf8
        while let byte = rest.first, byte == 0x20 || byte == 0x09 { rest.removeFirst() }
        while let byte = rest.last, byte == 0x20 || byte == 0x09 { rest.removeLast() }
        return Substring(rest)
    }
}
