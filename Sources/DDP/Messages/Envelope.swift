/// The fields of one message, read in one pass; those that no message has are checked and left out.
struct Envelope: ~Copyable {
    /// Every field of every message.
    enum Field: Int, CaseIterable {
        case msg, id, collection, fields, cleared, before, subs, methods, result, error, method, params, randomSeed,
            name
        case session, version, support, reason, offendingMessage
    }

    private var values = InlineArray<19, JSONValue?>(repeating: nil)

    /// The value of a field; nil if the message has none.
    subscript(field: Field) -> JSONValue? { values[field.rawValue] }

    /// What kind of message it is, if that is a string.
    var kind: String? { self[.msg]?.stringValue }

    /// Reads a whole text into an empty envelope; false if it is JSON, but no object.
    mutating func read(_ text: String, limits: JSONLimits) throws(JSONError) -> Bool {
        try JSONReader.read(text.utf8.span, limits) { reader throws(JSONError) in try read(&reader) }
    }

    private mutating func read(_ reader: inout JSONReader) throws(JSONError) -> Bool {
        guard reader.skipSpace() == UInt8(ascii: "{") else {
            _ = try reader.document()
            return false
        }
        try reader.checkSize()
        try reader.open()
        if !reader.isEmpty(closing: UInt8(ascii: "}")) {
            repeat {
                let field =
                    if let name = try reader.plainName() {
                        Field(utf8: name)
                    } else {
                        Field(name: try reader.memberName())
                    }
                try reader.colon()
                let value = try reader.value()
                if let field { values[field.rawValue] = value }
            } while try reader.another(closing: UInt8(ascii: "}"))
        }
        try reader.end()
        return true
    }
}

extension Envelope.Field {
    private static let names = Dictionary(allCases.map { ("\($0)", $0) }) { first, _ in first }

    init?(name: String) {
        guard let field = Self.names[name] else { return nil }
        self = field
    }

    /// The field of a name without escapes.
    init?(utf8 name: UnsafeBufferPointer<UInt8>) {
        func matches(_ field: Self, _ spelling: StaticString) -> Self? {
            for index in 0..<name.count where name[index] != spelling.utf8Start[index] { return nil }
            return field
        }
        let field: Self? =
            switch name.count {
            case 2: matches(.id, "id")
            case 3: matches(.msg, "msg")
            case 4: matches(.subs, "subs") ?? matches(.name, "name")
            case 5: matches(.error, "error")
            case 6:
                switch name[0] {
                case UInt8(ascii: "f"): matches(.fields, "fields")
                case UInt8(ascii: "p"): matches(.params, "params")
                case UInt8(ascii: "m"): matches(.method, "method")
                case UInt8(ascii: "b"): matches(.before, "before")
                default: matches(.result, "result") ?? matches(.reason, "reason")
                }
            case 7:
                switch name[0] {
                case UInt8(ascii: "m"): matches(.methods, "methods")
                case UInt8(ascii: "c"): matches(.cleared, "cleared")
                case UInt8(ascii: "v"): matches(.version, "version")
                default: matches(.support, "support") ?? matches(.session, "session")
                }
            case 10: matches(.collection, "collection") ?? matches(.randomSeed, "randomSeed")
            case 16: matches(.offendingMessage, "offendingMessage")
            default: nil
            }
        guard let field else { return nil }
        self = field
    }
}
