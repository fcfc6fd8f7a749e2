extension EJSON {
    /// Throws what decoding would throw, without building the value.
    static func check(_ value: JSONValue) throws(EJSONError) {
        switch value {
        case .null, .bool, .number, .string, .utf16: return
        case .array(let elements):
            for element in elements { try check(element) }
        case .object(let object):
            guard object.members.first?.name.utf8.first == UInt8(ascii: "$") else {
                for member in object.members { try check(member.value) }
                return
            }
            // Repeated names may leave no more than EJSON looks at.
            let members = object.normalized
            switch EJSONShape(members) {
            case nil: for member in members { try check(member.value) }
            case .escape(.object(let literal)): for member in literal.normalized { try check(member.value) }
            case .escape(.array(let elements)): for element in elements { try check(element) }
            case .some: _ = try EJSON(decoding: value)
            }
        }
    }
}
