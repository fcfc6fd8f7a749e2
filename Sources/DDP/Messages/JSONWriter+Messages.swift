/// Messages are written field by field, without a tree.
extension JSONWriter {
    mutating func begin(_ kind: StaticString) {
        append(raw: "{\"msg\":\"")
        append(raw: kind)
        append(byte: "\"")
    }

    mutating func begin(_ kind: StaticString, _ collection: String, _ id: DocumentID) {
        begin(kind)
        field(",\"collection\":", collection)
        field(",\"id\":", id.wire)
    }

    mutating func field(_ name: StaticString, _ value: String) {
        append(raw: name)
        append(quoted: value)
    }

    mutating func field(_ name: StaticString, _ value: [String]) {
        append(raw: name)
        append(value)
    }

    mutating func field(_ name: StaticString, _ value: JSONValue) {
        append(raw: name)
        append(value)
    }

    /// A field that holds EJSON, in which an infinity has a spelling.
    mutating func ejsonField(_ name: StaticString, _ value: JSONValue) {
        append(raw: name)
        spellsInfinity = true
        append(value)
        spellsInfinity = false
    }

    /// `fields`, which are left out when there are none.
    mutating func fields(_ fields: JSONObject) {
        if !fields.members.isEmpty { ejsonField(",\"fields\":", .object(fields)) }
    }

    mutating func end() -> String {
        append(byte: "}")
        return text
    }
}
