/// A value of Meteor's extended JSON.
///
/// Equality is EJSON's: the order of members does not count, NaN equals itself, and custom values are equal only to
/// those of their type.
public enum EJSON: Sendable {
    /// No value: absent in an object, `null` in an array, nothing at the top.
    case undefined
    /// `null`
    case null
    /// `true` or `false`
    case bool(Bool)
    /// A number, infinities and NaN included.
    case number(Double)
    /// A string.
    case string(String)
    /// A string with half a surrogate pair, in UTF-16.
    case utf16([UInt16])
    /// An array.
    case array([EJSON])
    /// An object, whatever its members are called.
    case object(EJSONObject)
    /// A time in milliseconds since 1970, within 8.64e15 of it; nil is JavaScript's Invalid Date.
    case date(milliseconds: Int64?)
    /// Bytes.
    case binary([UInt8])
    /// A regular expression.
    case regularExpression(RegularExpression)
    /// MongoDB's name of a document, the custom type `oid`.
    case objectID(ObjectID)
    /// A value of an application's own type, which alone knows what its JSON means.
    case custom(type: String, value: JSONValue)

    /// Milliseconds beyond which JavaScript has no dates.
    public static let greatestDate: Int64 = 8_640_000_000_000_000
}

extension EJSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A whole number.
    public init(integerLiteral value: Int) { self = .number(Double(value)) }
    /// A number.
    public init(floatLiteral value: Double) { self = .number(value) }
    /// A truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// An array.
    public init(arrayLiteral elements: EJSON...) { self = .array(elements) }
    /// An object with its members in this order.
    public init(dictionaryLiteral elements: (String, EJSON)...) { self = .object(EJSONObject(elements)) }
}

extension EJSON: CustomStringConvertible {
    /// The JSON that spells the value, and `undefined` where none does.
    public var description: String { text() ?? "undefined" }
}
