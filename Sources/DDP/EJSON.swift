/// The part of EJSON that a server needs to know which values can't be decoded; all others pass unchanged.
enum EJSON {
    /// Whether the value, or one inside it, looks like EJSON and is broken: an unknown `$type`, or an `$escape` of null.
    static func isBroken(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .bool, .number, .string: return false
        case .array(let elements): return elements.contains(where: isBroken)
        case .object(let object):
            switch object.members.count {
            case 1:
                if object.members[0].name == "$escape" {
                    guard let literal = object.members[0].value.objectValue else { return object["$escape"] == .null }
                    return literal.members.contains { isBroken($0.value) }
                }
            case 2:
                if let type = object["$type"], let value = object["$value"] {
                    return type != "oid" || !isObjectID(value)
                }
            default: break
            }
            return object.members.contains { isBroken($0.value) }
        }
    }

    private static func isObjectID(_ value: JSONValue) -> Bool {
        guard let text = value.stringValue else { return false }
        return text.utf8.count == 24 && text.allSatisfy(\.isHexDigit)
    }
}
