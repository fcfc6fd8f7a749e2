/// Objects that EJSON takes for something else: one or two members with names it reserves.
enum EJSONShape {
    case date(JSONValue)
    case binary(JSONValue)
    case nonFinite(JSONValue)
    case escape(JSONValue)
    case regularExpression(pattern: JSONValue, flags: JSONValue)
    case custom(type: JSONValue, value: JSONValue)

    /// The shape of an object whose names are unique; nil for an ordinary one.
    init?(_ members: [JSONObject.Member]) {
        switch members.count {
        case 1:
            let value = members[0].value
            switch members[0].name {
            case "$date": self = .date(value)
            case "$binary": self = .binary(value)
            case "$InfNaN": self = .nonFinite(value)
            case "$escape": self = .escape(value)
            default: return nil
            }
        case 2:
            switch (members[0].name, members[1].name) {
            case ("$regexp", "$flags"): self = .regularExpression(pattern: members[0].value, flags: members[1].value)
            case ("$flags", "$regexp"): self = .regularExpression(pattern: members[1].value, flags: members[0].value)
            case ("$type", "$value"): self = .custom(type: members[0].value, value: members[1].value)
            case ("$value", "$type"): self = .custom(type: members[1].value, value: members[0].value)
            default: return nil
            }
        default: return nil
        }
    }

    /// Whether an object of these names has a shape.
    static func isReserved(_ names: [String]) -> Bool {
        names.count <= 2 && EJSONShape(names.map { .init(name: $0, value: .null) }) != nil
    }
}
