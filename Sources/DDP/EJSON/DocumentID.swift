/// The id of a document, and the string that stands for it in `added`, `changed` and `removed`.
public enum DocumentID: Sendable, Hashable {
    /// A string.
    case string(String)
    /// An ObjectID; on the wire its digits.
    case objectID(ObjectID)
    /// A number, a truth value or null; on the wire `~` and its JSON.
    case json(JSONValue)
    /// No id; on the wire `-`.
    case undefined

    /// Reads the string of the wire. What follows `~` is JSON.
    public init(wire: String) throws(JSONError) {
        switch wire.utf8.first {
        case UInt8(ascii: "-"): self = wire.utf8.count == 1 ? .undefined : .string(String(wire.dropFirst()))
        case UInt8(ascii: "~"): self = .json(try JSONValue(parsing: String(wire.dropFirst())))
        default:
            if Self.looksLikeObjectID(wire), let id = ObjectID(hex: wire) {
                self = .objectID(id)
            } else {
                self = .string(wire)
            }
        }
    }

    /// The string of the wire; nil for an object or array, which Meteor has no ids of.
    public var wire: String? {
        switch self {
        case .undefined: return "-"
        case .objectID(let id): return id.hex
        case .json(.object), .json(.array): return nil
        case .json(.string(let string)), .string(let string):
            switch string.utf8.first {
            case UInt8(ascii: "-"), UInt8(ascii: "~"), UInt8(ascii: "{"): return "-" + string
            default: return Self.looksLikeObjectID(string) ? "-" + string : string
            }
        case .json(let value): return "~" + value.text
        }
    }

    private static func looksLikeObjectID(_ text: String) -> Bool {
        text.utf8.count == 24
            && text.utf8.allSatisfy {
                ($0 >= 0x30 && $0 <= 0x39) || ($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "f"))
            }
    }
}
