extension EJSON {
    /// The JSON that spells this value; nil for `undefined`.
    public var json: JSONValue? {
        switch self {
        case .undefined: nil
        case .null: .null
        case .bool(let value): .bool(value)
        case .number(let value) where value.isFinite: .number(value)
        case .number(let value): ["$InfNaN": value.isNaN ? 0 : value > 0 ? 1 : -1]
        case .string(let value): .string(value)
        case .utf16(let units): .utf16(units)
        case .array(let elements): .array(elements.map { $0.json ?? .null })
        case .object(let object): object.json
        case .date(let milliseconds): ["$date": milliseconds.map { .number(Double($0)) } ?? .null]
        case .binary(let bytes): ["$binary": .string(Base64.encode(bytes))]
        case .regularExpression(let expression):
            ["$regexp": .string(expression.pattern), "$flags": .string(expression.flags)]
        case .objectID(let id): ["$type": "oid", "$value": .string(id.hex)]
        case .custom(let type, let value): ["$type": .string(type), "$value": value]
        }
    }

    /// The value as text; nil for `undefined`.
    public func text(style: JSONStyle = .compact) -> String? { json?.text(style: style) }
}

extension EJSONObject {
    /// The JSON that spells this object: one that looks like a date or the like is wrapped in `$escape`.
    var json: JSONValue {
        let plain = JSONValue.object(
            JSONObject(
                members: members.compactMap { member in
                    member.value.json.map { JSONObject.Member(name: member.name, value: $0) }
                }))
        return EJSONShape.isReserved(members.map(\.name)) ? ["$escape": plain] : plain
    }
}
