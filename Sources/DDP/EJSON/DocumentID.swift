/// The id of a document: a string, an ObjectID, or what else a collection may be keyed by.
///
/// `added`, `changed` and their like carry it as a string, spelled by Meteor's `idStringify`: see ``wire``. Strings are
/// compared as JavaScript compares them.
public enum DocumentID: Sendable {
    /// A string; as a Swift literal, `"x"`.
    case string(String)
    /// An ObjectID.
    case objectID(ObjectID)
    /// A number.
    case number(Double)
    /// A truth value.
    case bool(Bool)
    /// `null`
    case null
    /// No id.
    case undefined

    /// Reads the string of the wire, as Meteor's `idParse` does. What follows `~` is JSON.
    ///
    /// - Throws: what is wrong behind `~`: it is no JSON, or an object, an array or half a surrogate pair, of which there
    ///   are no ids.
    public init(wire: String) throws(JSONError) {
        switch wire.utf8.first {
        case UInt8(ascii: "-"):
            self = wire.utf8.count == 1 ? .undefined : .string(String(Substring(wire.utf8.dropFirst())))
        case UInt8(ascii: "~"):
            switch try JSONValue(parsing: String(Substring(wire.utf8.dropFirst()))) {
            case .null: self = .null
            case .bool(let value): self = .bool(value)
            case .number(let value): self = .number(value)
            case .string(let string): self = .string(string)
            case .utf16, .array, .object:
                throw JSONError(expected: "an id: a string, number, truth value or null", offset: 1)
            }
        default:
            if Self.looksLikeObjectID(wire), let id = ObjectID(hex: wire) {
                self = .objectID(id)
            } else {
                self = .string(wire)
            }
        }
    }

    /// The string of the wire: an ObjectID's 24 digits; a string as it is, with `-` before it if it could be taken for
    /// something else; `~` and JSON for a number, a truth value and null; `-` for no id.
    public var wire: String {
        switch self {
        case .undefined: "-"
        case .null: "~null"
        case .bool(let value): value ? "~true" : "~false"
        case .number(let value): "~" + JSONValue.number(value).text
        case .objectID(let id): id.hex
        case .string(let string):
            switch string.utf8.first {
            case UInt8(ascii: "-"), UInt8(ascii: "~"), UInt8(ascii: "{"): "-" + string
            default: Self.looksLikeObjectID(string) ? "-" + string : string
            }
        }
    }

    private static func looksLikeObjectID(_ text: String) -> Bool {
        text.utf8.count == 24
            && text.utf8.allSatisfy {
                ($0 >= 0x30 && $0 <= 0x39) || ($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "f"))
            }
    }
}

extension DocumentID {
    /// The id that a document's `_id` holds; nil for a value that Meteor has no ids of.
    public init?(_ value: EJSON) {
        switch value {
        case .undefined: self = .undefined
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .number(let value): self = .number(value)
        case .string(let string): self = .string(string)
        case .objectID(let id): self = .objectID(id)
        case .utf16, .array, .object, .date, .binary, .regularExpression, .custom: return nil
        }
    }

    /// The value to be a document's `_id`.
    public var ejson: EJSON {
        switch self {
        case .undefined: .undefined
        case .null: .null
        case .bool(let value): .bool(value)
        case .number(let value): .number(value)
        case .string(let string): .string(string)
        case .objectID(let id): .objectID(id)
        }
    }
}

extension DocumentID: Hashable {
    /// Whether both name the same document.
    public static func == (left: DocumentID, right: DocumentID) -> Bool {
        switch (left, right) {
        case (.string(let left), .string(let right)): ExactString.isEqual(left, right)
        case (.objectID(let left), .objectID(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.bool(let left), .bool(let right)): left == right
        case (.null, .null), (.undefined, .undefined): true
        default: false
        }
    }

    /// By the string of the wire.
    public func hash(into hasher: inout Hasher) { hasher.combine(ExactString(wire)) }
}

extension DocumentID: ExpressibleByStringLiteral, CustomStringConvertible {
    /// A string, whatever it looks like: the id itself, not its spelling on the wire.
    public init(stringLiteral value: String) { self = .string(value) }

    /// The string of the wire.
    public var description: String { wire }
}
