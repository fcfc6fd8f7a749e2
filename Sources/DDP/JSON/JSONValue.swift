/// A JSON value as JavaScript keeps it: numbers are doubles, and the order of members stands.
public enum JSONValue: Sendable, Hashable {
    /// `null`
    case null
    /// `true` or `false`
    case bool(Bool)
    /// A number. Infinite when it was spelled beyond a double's range; such a one is written as `null`,
    /// and in the fields of messages that hold EJSON as `{"$InfNaN":1}` or `{"$InfNaN":-1}`.
    case number(Double)
    /// A string.
    case string(String)
    /// A string with half a surrogate pair, in UTF-16, for JavaScript has those and Swift has not.
    case utf16([UInt16])
    /// An array.
    case array([JSONValue])
    /// An object.
    case object(JSONObject)

    /// Reads exactly one value; white space around it is allowed.
    public init(parsing text: String, limits: JSONLimits = .init()) throws(JSONError) {
        self = try JSONReader.read(text.utf8.span, limits) { reader throws(JSONError) in try reader.document() }
    }

    /// Reads exactly one value from bytes that ought to be UTF-8.
    public init(parsing utf8: Span<UInt8>, limits: JSONLimits = .init()) throws(JSONError) {
        guard utf8.withUnsafeBufferPointer(UTF8Check.isValid) else { throw JSONError(expected: "UTF-8", offset: 0) }
        self = try JSONReader.read(utf8, limits) { reader throws(JSONError) in try reader.document() }
    }

    /// The value without white space, as `JSON.stringify` writes it.
    public var text: String { text(style: .compact) }

    /// The value in one of the ways to lay it out.
    public func text(style: JSONStyle) -> String {
        var writer = JSONWriter()
        if style == .compact { writer.append(self) } else { writer.append(self, style: style, depth: 0) }
        return writer.text
    }

    /// The string, if it is one that Swift can hold.
    public var stringValue: String? { if case .string(let string) = self { string } else { nil } }
    /// The elements, if it is an array.
    public var arrayValue: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }
    /// The object, if it is one.
    public var objectValue: JSONObject? { if case .object(let object) = self { object } else { nil } }
    /// The number, if it is one.
    public var numberValue: Double? { if case .number(let number) = self { number } else { nil } }
    /// The number, if it is a whole one of at most 2^53.
    public var integerValue: Int? { numberValue.flatMap(JavaScriptNumber.whole).flatMap { Int(exactly: $0) } }

    /// The member of an object; nil for anything else.
    public subscript(key: String) -> JSONValue? { objectValue?[key] }
}

extension JSONValue {
    /// Whether the values are the same, the order of members included. Strings are compared as JavaScript compares
    /// them, so that another normalization of the same text is another value.
    public static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.string(let left), .string(let right)): ExactString.isEqual(left, right)
        case (.utf16(let left), .utf16(let right)): left == right
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }

    /// Equal values hash alike.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let value): hasher.combine(value)
        case .number(let value): hasher.combine(value)
        case .string(let value): hasher.combine(ExactString(value))
        case .utf16(let units): hasher.combine(units)
        case .array(let elements): hasher.combine(elements)
        case .object(let object): hasher.combine(object)
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A whole number.
    public init(integerLiteral value: Int) { self.init(value) }
    /// A number.
    public init(floatLiteral value: Double) { self = .number(value) }
    /// A truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// An array.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// An object with its members in this order.
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(JSONObject(elements)) }

    /// A whole number; beyond 2^53 the nearest double.
    public init(_ value: Int) { self = .number(Double(value)) }
}

extension JSONValue: CustomStringConvertible {
    /// The value as ``text``.
    public var description: String { text }
}
