/// Reads the fields of one message with errors that name them.
struct MessageReader {
    let object: JSONObject
    let name: String
    let text: String

    init(_ text: String, limits: JSONLimits) throws(DDPError) {
        let value: JSONValue
        do { value = try JSONValue(parsing: text, limits: limits) } catch {
            throw DDPError(.notAnObject(error), text: text)
        }
        guard let object = value.objectValue else { throw DDPError(.notAnObject(nil), text: text) }
        guard let name = object["msg"]?.stringValue else { throw DDPError(.unknownMessage(nil), text: text) }
        self.object = object
        self.name = name
        self.text = text
    }

    init(_ object: JSONObject, name: String) {
        self.object = object
        self.name = name
        self.text = ""
    }

    func unknown() -> DDPError { DDPError(.unknownMessage(name), text: text) }

    func malformed(_ field: String, _ expected: String) -> DDPError {
        DDPError(.malformed(message: name, field: field, expected: expected), text: text)
    }

    func string(_ field: String) throws(DDPError) -> String {
        guard let value = object[field]?.stringValue else { throw malformed(field, "a string") }
        return value
    }

    func optionalString(_ field: String) throws(DDPError) -> String? {
        guard let value = object[field] else { return nil }
        guard let string = value.stringValue else { throw malformed(field, "a string, or absent") }
        return string
    }

    func strings(_ field: String) throws(DDPError) -> [String] {
        guard let elements = object[field]?.arrayValue else { throw malformed(field, "an array of strings") }
        let strings = elements.compactMap(\.stringValue)
        guard strings.count == elements.count else { throw malformed(field, "an array of strings") }
        return strings
    }

    func optionalArray(_ field: String) throws(DDPError) -> [JSONValue] {
        guard let value = object[field] else { return [] }
        guard let elements = value.arrayValue else { throw malformed(field, "an array, or absent") }
        return elements
    }

    func optionalObject(_ field: String) throws(DDPError) -> JSONObject {
        guard let value = object[field] else { return JSONObject() }
        guard let object = value.objectValue else { throw malformed(field, "an object, or absent") }
        return object
    }

    /// `id` of a ping or pong: text, null or absent.
    func pingID() throws(DDPError) -> JSONValue? {
        switch object["id"] {
        case nil: nil
        case .some(.null): .null
        case .some(.string(let id)): .string(id)
        default: throw malformed("id", "a string, or absent")
        }
    }
}
