/// Writes UTF-8 as `JSON.stringify` does.
struct JSONWriter: ~Copyable {
    private var bytes = ByteSink()
    /// Writes an infinity as EJSON's `{"$InfNaN":1}` or `{"$InfNaN":-1}`, not as `null`.
    var spellsInfinity = false
    private static let hexDigits = Array("0123456789abcdef".utf8)

    var text: String { bytes.text }

    mutating func append(raw: StaticString) { bytes.append(raw) }

    mutating func append(byte: Unicode.Scalar) { bytes.append(UInt8(ascii: byte)) }

    mutating func append(_ value: JSONValue) {
        switch value {
        case .null: append(raw: "null")
        case .bool(let bool): append(raw: bool ? "true" : "false")
        case .number(let number):
            if spellsInfinity, !number.isFinite {
                append(raw: number > 0 ? "{\"$InfNaN\":1}" : "{\"$InfNaN\":-1}")
            } else {
                JavaScriptNumber.append(number, to: &bytes)
            }
        case .string(let string): append(quoted: string)
        case .utf16(let units): append(quoted: units)
        case .array(let elements): append(elements)
        case .object(let object): append(object)
        }
    }

    mutating func append(_ elements: [JSONValue]) {
        append(byte: "[")
        var isFirst = true
        for element in elements {
            if !isFirst { append(byte: ",") }
            isFirst = false
            append(element)
        }
        append(byte: "]")
    }

    mutating func append(_ object: JSONObject) {
        append(byte: "{")
        var isFirst = true
        for member in object.members {
            if !isFirst { append(byte: ",") }
            isFirst = false
            append(quoted: member.name)
            append(byte: ":")
            if spellsInfinity, case .number(let number) = member.value, !number.isFinite {
                append(infinity: number, in: member.name, isAlone: object.members.count == 1)
            } else {
                append(member.value)
            }
        }
        append(byte: "}")
    }

    /// What EJSON makes of an infinity where its value stands for something else: `{"$InfNaN":1e400}` is infinite too,
    /// and `{"$date":1e400}` is an Invalid Date.
    private mutating func append(infinity: Double, in name: String, isAlone: Bool) {
        switch name {
        case "$InfNaN" where isAlone: append(raw: infinity > 0 ? "1" : "-1")
        case "$date" where isAlone: append(raw: "null")
        default: append(.number(infinity))
        }
    }

    mutating func append(_ strings: [String]) {
        append(byte: "[")
        var isFirst = true
        for string in strings {
            if !isFirst { append(byte: ",") }
            isFirst = false
            append(quoted: string)
        }
        append(byte: "]")
    }

    // MARK: Layout

    mutating func append(_ value: JSONValue, style: JSONStyle, depth: Int) {
        switch value {
        case .array(let elements) where !elements.isEmpty:
            append(byte: "[")
            for (index, element) in elements.enumerated() {
                newElement(index, style, depth + 1)
                append(element, style: style, depth: depth + 1)
            }
            newLine(style, depth)
            append(byte: "]")
        case .object(let object) where !object.members.isEmpty:
            var members = object.members
            if style.isCanonical { members.sort { $0.name.utf16.lexicographicallyPrecedes($1.name.utf16) } }
            append(byte: "{")
            for (index, member) in members.enumerated() {
                newElement(index, style, depth + 1)
                append(quoted: member.name)
                append(raw: style.indent.isEmpty ? ":" : ": ")
                append(member.value, style: style, depth: depth + 1)
            }
            newLine(style, depth)
            append(byte: "}")
        default: append(value)
        }
    }

    private mutating func newElement(_ index: Int, _ style: JSONStyle, _ depth: Int) {
        if index > 0 { append(byte: ",") }
        newLine(style, depth)
    }

    private mutating func newLine(_ style: JSONStyle, _ depth: Int) {
        guard !style.indent.isEmpty else { return }
        append(byte: "\n")
        for _ in 0..<depth { bytes.append(style.indent.utf8) }
    }

    // MARK: Strings

    mutating func append(quoted string: String) {
        bytes.append(UInt8(ascii: "\""))
        string.utf8.span.withUnsafeBufferPointer { utf8 in
            guard let base = utf8.baseAddress else { return }
            var start = 0
            var index = 0
            while index < utf8.count {
                if utf8.count - index >= 8 {
                    let word = UInt64(
                        littleEndian: UnsafeRawPointer(base).loadUnaligned(fromByteOffset: index, as: UInt64.self))
                    let found = ByteSearch.ends(word)
                    guard found != 0 else {
                        index += 8
                        continue
                    }
                    index += found.trailingZeroBitCount / 8
                }
                let byte = base[index]
                if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                    bytes.append(UnsafeBufferPointer(start: base + start, count: index - start))
                    append(escaped: byte)
                    start = index + 1
                }
                index += 1
            }
            bytes.append(UnsafeBufferPointer(start: base + start, count: utf8.count - start))
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func append(escaped byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: append(byte: "b")
        case 0x09: append(byte: "t")
        case 0x0A: append(byte: "n")
        case 0x0C: append(byte: "f")
        case 0x0D: append(byte: "r")
        case 0..<0x20: append(hex: UInt16(byte))
        default: bytes.append(byte)
        }
    }

    private mutating func append(hex unit: UInt16) {
        append(byte: "u")
        for shift in [12, 8, 4, 0] { bytes.append(Self.hexDigits[Int(unit >> UInt16(shift) & 15)]) }
    }

    private mutating func append(quoted units: [UInt16]) {
        bytes.append(UInt8(ascii: "\""))
        var decoder = UTF16()
        var iterator = units.makeIterator()
        var index = 0
        while true {
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar):
                index += UTF16.width(scalar)
                if scalar.value < 0x20 || scalar == "\"" || scalar == "\\" {
                    append(escaped: UInt8(truncatingIfNeeded: scalar.value))
                } else {
                    bytes.append(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
                }
            case .error:
                append(byte: "\\")
                append(hex: units[index])
                index += 1
            case .emptyInput:
                bytes.append(UInt8(ascii: "\""))
                return
            }
        }
    }
}
