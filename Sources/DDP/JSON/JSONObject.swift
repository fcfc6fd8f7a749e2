/// Members in order. A repeated name is kept; reading finds its last value, as in JavaScript.
public struct JSONObject: Sendable, Hashable {
    /// One name and its value.
    public struct Member: Sendable, Hashable {
        /// Its name. Half a surrogate pair in it became U+FFFD.
        public var name: String
        /// Its value.
        public var value: JSONValue

        /// A member.
        public init(name: String, value: JSONValue) {
            self.name = name
            self.value = value
        }

        /// Whether name and value are the same.
        public static func == (left: Member, right: Member) -> Bool {
            ExactString.isEqual(left.name, right.name) && left.value == right.value
        }

        /// Equal members hash alike.
        public func hash(into hasher: inout Hasher) {
            hasher.combine(ExactString(name))
            hasher.combine(value)
        }
    }

    /// The members.
    public var members: [Member]

    /// An object with these members.
    public init(_ members: [(String, JSONValue)] = []) {
        self.members = members.map { Member(name: $0.0, value: $0.1) }
    }

    init(members: [Member]) { self.members = members }

    /// The value of this name; nil if there is none.
    public subscript(name: String) -> JSONValue? { members.last { ExactString.isEqual($0.name, name) }?.value }

    /// Each name once with its last value, in JavaScript's order: array indices ascending, then the others as they
    /// first came.
    var normalized: [Member] {
        let hasIndices = members.contains { JSONObject.arrayIndex($0.name) != nil }
        var unique: [Member]
        if members.count <= 8 {
            unique = []
            unique.reserveCapacity(members.count)
            for member in members {
                if let earlier = unique.firstIndex(where: { ExactString.isEqual($0.name, member.name) }) {
                    unique[earlier].value = member.value
                } else {
                    unique.append(member)
                }
            }
        } else {
            var positions: [ExactString: Int] = [:]
            unique = []
            for member in members {
                if let earlier = positions.updateValue(unique.count, forKey: ExactString(member.name)) {
                    positions[ExactString(member.name)] = earlier
                    unique[earlier].value = member.value
                } else {
                    unique.append(member)
                }
            }
        }
        guard hasIndices else { return unique }
        let indexed = unique.compactMap { member in JSONObject.arrayIndex(member.name).map { ($0, member) } }
        return indexed.sorted { $0.0 < $1.0 }.map(\.1) + unique.filter { JSONObject.arrayIndex($0.name) == nil }
    }

    /// The number that a name spells, if JavaScript takes it for an index of an array (ECMA-262 6.1.7).
    private static func arrayIndex(_ name: String) -> UInt32? {
        guard let first = name.utf8.first, first >= 0x30, first <= 0x39, name.utf8.count <= 10,
            first != 0x30 || name.utf8.count == 1, let index = UInt32(name), index < .max
        else { return nil }
        return index
    }
}
