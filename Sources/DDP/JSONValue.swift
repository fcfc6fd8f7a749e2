/// A JSON value that keeps the order of members and the spelling of numbers, so that an echo is exact.
public enum JSONValue: Sendable, Hashable {
    /// `null`
    case null
    /// `true` or `false`
    case bool(Bool)
    /// A number in its own spelling.
    case number(JSONNumber)
    /// A string.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object.
    case object(JSONObject)

    /// Reads exactly one value; white space around it is allowed.
    public init(parsing text: String, limits: JSONLimits = .init()) throws(JSONError) {
        self = try JSONParser.parse(text, limits: limits)
    }

    /// The value without white space.
    public var text: String {
        var bytes: [UInt8] = []
        JSONWriter.append(self, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The string, if it is one.
    public var stringValue: String? { if case .string(let string) = self { string } else { nil } }
    /// The elements, if it is an array.
    public var arrayValue: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }
    /// The object, if it is one.
    public var objectValue: JSONObject? { if case .object(let object) = self { object } else { nil } }
    /// The number, if it is a whole one that fits.
    public var integerValue: Int? { if case .number(let number) = self { Int(number.text) } else { nil } }

    /// The member of an object; nil for anything else.
    public subscript(key: String) -> JSONValue? { objectValue?[key] }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A whole number.
    public init(integerLiteral value: Int) { self = .number(JSONNumber(value)) }
    /// A truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// An array.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// An object with its members in this order.
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(JSONObject(elements)) }
}

/// Members in order. A repeated name is kept; reading finds its last value, as in JavaScript.
public struct JSONObject: Sendable, Hashable {
    /// One name and its value.
    public struct Member: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// Its value.
        public var value: JSONValue
    }

    /// The members.
    public var members: [Member]

    /// An object with these members.
    public init(_ members: [(String, JSONValue)] = []) {
        self.members = members.map { Member(name: $0.0, value: $0.1) }
    }

    /// The value of this name; nil if there is none.
    public subscript(name: String) -> JSONValue? { members.last { $0.name == name }?.value }
}

/// A number as it was spelled.
public struct JSONNumber: Sendable, Hashable {
    /// Its spelling, a JSON number.
    public let text: String

    /// A whole number.
    public init(_ value: Int) { self.text = String(value) }

    init(verified text: String) { self.text = text }

    /// The nearest double; infinite when it is out of range.
    public var double: Double { Double(text) ?? .nan }
}
