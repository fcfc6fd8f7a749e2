/// Messages are written field by field, without a tree.
extension JSONWriter {
    mutating func begin(_ kind: StaticString) {
        append(raw: "{\"msg\":\"")
        append(raw: kind)
        append(byte: "\"")
    }

    mutating func begin(_ kind: StaticString, _ collection: String, _ id: String) {
        begin(kind)
        field(",\"collection\":", collection)
        field(",\"id\":", id)
    }

    mutating func field(_ name: StaticString, _ value: String) {
        append(raw: name)
        append(quoted: value)
    }

    mutating func field(_ name: StaticString, _ value: [String]) {
        append(raw: name)
        append(value)
    }

    mutating func field(_ name: StaticString, _ value: [JSONValue]) {
        append(raw: name)
        append(value)
    }

    mutating func field(_ name: StaticString, _ value: JSONValue) {
        append(raw: name)
        append(value)
    }

    /// `fields`, which are left out when there are none.
    mutating func fields(_ fields: JSONObject) {
        guard !fields.members.isEmpty else { return }
        append(raw: ",\"fields\":")
        append(fields)
    }

    mutating func end() -> String {
        append(byte: "}")
        return text
    }
}
