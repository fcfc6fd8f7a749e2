extension EJSON {
    /// Reads EJSON text.
    ///
    /// - Parameter customTypes: values of `$type`, beside `oid`, to accept.
    public init(
        parsing text: String, limits: JSONLimits = .init(), customTypes: Set<String> = []
    ) throws(EJSONError) {
        let value: JSONValue
        do { value = try JSONValue(parsing: text, limits: limits) } catch { throw .json(error) }
        try self.init(decoding: value, customTypes: customTypes)
    }

    /// Finds the dates, bytes and other values that JSON spells as objects.
    ///
    /// - Parameter customTypes: values of `$type`, beside `oid`, to accept.
    public init(decoding value: JSONValue, customTypes: Set<String> = []) throws(EJSONError) {
        switch value {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .number(let value): self = .number(value)
        case .string(let value): self = .string(value)
        case .utf16(let units): self = .utf16(units)
        case .array(let elements):
            self = .array(
                try elements.map { element throws(EJSONError) in try EJSON(decoding: element, customTypes: customTypes)
                })
        case .object(let object):
            let members = object.normalized
            if let special = try Self.special(members, customTypes) {
                self = special
            } else {
                self = .object(try Self.literal(members, customTypes))
            }
        }
    }

    private static func literal(
        _ members: [JSONObject.Member], _ customTypes: Set<String>
    ) throws(EJSONError) -> EJSONObject {
        EJSONObject(
            unique: try members.map { member throws(EJSONError) in
                .init(name: member.name, value: try EJSON(decoding: member.value, customTypes: customTypes))
            })
    }

    private static func special(
        _ members: [JSONObject.Member], _ customTypes: Set<String>
    ) throws(EJSONError) -> EJSON? {
        guard let shape = EJSONShape(members) else { return nil }
        switch shape {
        case .date(let value): return .date(milliseconds: milliseconds(value))
        case .binary(.string(let text)): return .binary(try Base64.decode(text))
        case .binary: throw .malformedBinary
        case .nonFinite(let value): return .number(nonFinite(value))
        case .regularExpression(let pattern, let flags):
            guard let pattern = pattern.stringValue, let flags = flags.stringValue else {
                throw .malformedRegularExpression("pattern and flags must be strings")
            }
            return .regularExpression(try RegularExpression(pattern: pattern, flags: flags))
        case .custom(.string("oid"), let value):
            guard let id = value.stringValue.flatMap({ ObjectID(hex: $0) }) else { throw .malformedObjectID }
            return .objectID(id)
        case .custom(let type, let value):
            guard let name = type.stringValue, customTypes.contains(name) else {
                throw .unknownType(type.stringValue ?? type.text)
            }
            return .custom(type: name, value: value)
        case .escape(.null): throw .escapedNull
        case .escape(.object(let object)): return .object(try literal(object.normalized, customTypes))
        case .escape(.array(let elements)):
            let indexed = elements.enumerated().map { JSONObject.Member(name: String($0.offset), value: $0.element) }
            return .object(try literal(indexed, customTypes))
        case .escape(.string(let text)):
            return .object(EJSONObject(text.utf16.enumerated().map { (String($0.offset), unit($0.element)) }))
        case .escape: return .object(EJSONObject())
        }
    }

    private static func unit(_ unit: UInt16) -> EJSON {
        Unicode.Scalar(unit).map { .string(String($0)) } ?? .utf16([unit])
    }

    /// What `new Date(value)` holds.
    private static func milliseconds(_ value: JSONValue) -> Int64? {
        switch value {
        case .null: return 0
        case .bool(let value): return value ? 1 : 0
        case .number(let value):
            guard value.magnitude <= Double(greatestDate) else { return nil }
            return Int64(value)
        case .string(let text): return DateText.milliseconds(text)
        case .utf16, .array, .object: return nil
        }
    }

    /// What `value / 0` is.
    private static func nonFinite(_ value: JSONValue) -> Double {
        switch value {
        case .bool(true): .infinity
        case .number(let value): value / 0
        case .string(let text): (try? JSONValue(parsing: text))?.numberValue.map { $0 / 0 } ?? .nan
        default: .nan
        }
    }
}
