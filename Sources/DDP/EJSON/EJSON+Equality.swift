extension EJSON: Hashable {
    /// Whether the values are equal as EJSON has it.
    public static func == (left: EJSON, right: EJSON) -> Bool { left.isEqual(to: right) }

    /// Whether the values are equal, and the members of objects also in the same order if that counts.
    public func isEqual(to other: EJSON, keyOrderSensitive: Bool = false) -> Bool {
        switch (self, other) {
        case (.undefined, .undefined), (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.number(let left), .number(let right)): left == right || left.isNaN && right.isNaN
        case (.string(let left), .string(let right)): ExactString.isEqual(left, right)
        case (.utf16(let left), .utf16(let right)): left == right
        case (.array(let left), .array(let right)):
            left.count == right.count
                && zip(left, right).allSatisfy { $0.isEqual(to: $1, keyOrderSensitive: keyOrderSensitive) }
        case (.object(let left), .object(let right)): left.isEqual(to: right, keyOrderSensitive: keyOrderSensitive)
        case (.date(let left), .date(let right)): left == right
        case (.binary(let left), .binary(let right)): left == right
        case (.regularExpression(let left), .regularExpression(let right)): left == right
        case (.objectID(let left), .objectID(let right)): left == right
        case (.custom(let leftType, let left), .custom(let rightType, let right)):
            leftType == rightType && left.isEquivalent(to: right)
        default: false
        }
    }

    /// Equal values hash alike, whatever the order of members.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .undefined: hasher.combine(0)
        case .null: hasher.combine(1)
        case .bool(let value): hasher.combine(value)
        case .number(let value): hasher.combine(value.isNaN ? 0.5 : value)
        case .string(let value): hasher.combine(value.utf8.count)
        case .utf16(let units): hasher.combine(units)
        case .array(let elements): hasher.combine(elements)
        case .object(let object): hasher.combine(object.members.count)
        case .date(let milliseconds): hasher.combine(milliseconds)
        case .binary(let bytes): hasher.combine(bytes)
        case .regularExpression(let expression): hasher.combine(expression)
        case .objectID(let id): hasher.combine(id)
        case .custom(let type, _): hasher.combine(type)
        }
    }
}

extension EJSONObject: Hashable {
    /// Whether the members are equal in any order.
    public static func == (left: EJSONObject, right: EJSONObject) -> Bool { left.isEqual(to: right) }

    /// Objects of as many members hash alike.
    public func hash(into hasher: inout Hasher) { hasher.combine(members.count) }

    func isEqual(to other: EJSONObject, keyOrderSensitive: Bool = false) -> Bool {
        guard members.count == other.members.count else { return false }
        var isInOrder = true
        for (left, right) in zip(members, other.members) {
            guard ExactString.isEqual(left.name, right.name) else {
                isInOrder = false
                break
            }
            guard left.value.isEqual(to: right.value, keyOrderSensitive: keyOrderSensitive) else { return false }
        }
        if isInOrder || keyOrderSensitive { return isInOrder }
        let values = Dictionary(other.members.map { (ExactString($0.name), $0.value) }) { _, last in last }
        return members.allSatisfy { member in
            values[ExactString(member.name)].map { member.value.isEqual(to: $0) } ?? false
        }
    }
}

extension JSONValue {
    /// Whether JavaScript would read equal values from both, the order of members aside.
    public func isEquivalent(to other: JSONValue) -> Bool {
        switch (self, other) {
        case (.array(let left), .array(let right)):
            return left.count == right.count && zip(left, right).allSatisfy { $0.isEquivalent(to: $1) }
        case (.object(let left), .object(let right)):
            let left = left.normalized
            let right = right.normalized
            guard left.count == right.count else { return false }
            let values = Dictionary(right.map { (ExactString($0.name), $0.value) }) { _, last in last }
            return left.allSatisfy { member in
                values[ExactString(member.name)].map { member.value.isEquivalent(to: $0) } ?? false
            }
        default: return self == other
        }
    }
}
