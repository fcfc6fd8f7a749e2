/// Members of an EJSON object: each name once, in JavaScript's order.
public struct EJSONObject: Sendable {
    /// One name and its value.
    public struct Member: Sendable {
        /// Its name.
        public let name: String
        /// Its value.
        public let value: EJSON
    }

    /// The members: those named like array indices ascending, then the others as they first came.
    public let members: [Member]

    /// An object of these members; the last value of a name counts.
    public init(_ members: [(String, EJSON)] = []) {
        var values: [ExactString: EJSON] = [:]
        for (name, value) in members { values[ExactString(name)] = value }
        let order = JSONObject(members.map { ($0.0, .null) }).normalized
        self.members = order.map { Member(name: $0.name, value: values[ExactString($0.name)] ?? .undefined) }
    }

    init(unique members: [Member]) { self.members = members }

    /// The value of this name; nil if there is none.
    public subscript(name: String) -> EJSON? { members.first { ExactString.isEqual($0.name, name) }?.value }
}
