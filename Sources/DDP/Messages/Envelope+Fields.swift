/// Fields by type, with errors that name them.
extension Envelope {
    /// Reads the text of a message and returns its kind.
    mutating func message(in text: String, limits: JSONLimits) throws(DDPError.Reason) -> String {
        let isObject: Bool
        do throws(JSONError) { isObject = try read(text, limits: limits) } catch { throw .notAnObject(error) }
        guard isObject else { throw .notAnObject(nil) }
        guard let kind else { throw .unknownMessage(nil) }
        return kind
    }

    func malformed(_ field: Field, _ expected: String) -> DDPError.Reason {
        .malformed(message: kind ?? "", field: "\(field)", expected: expected)
    }

    func string(_ field: Field) throws(DDPError.Reason) -> String {
        guard case .string(let value) = self[field] else { throw malformed(field, "a string") }
        return value
    }

    func optionalString(_ field: Field) throws(DDPError.Reason) -> String? {
        switch self[field] {
        case nil: return nil
        case .string(let value): return value
        default: throw malformed(field, "a string, or absent")
        }
    }

    func strings(_ field: Field) throws(DDPError.Reason) -> [String] {
        guard let elements = self[field]?.arrayValue else { throw malformed(field, "an array of strings") }
        let strings = elements.compactMap(\.stringValue)
        guard strings.count == elements.count else { throw malformed(field, "an array of strings") }
        return strings
    }

    func optionalStrings(_ field: Field) throws(DDPError.Reason) -> [String] {
        self[field] == nil ? [] : try strings(field)
    }

    func optionalArray(_ field: Field) throws(DDPError.Reason) -> [JSONValue] {
        switch self[field] {
        case nil: return []
        case .array(let elements): return elements
        default: throw malformed(field, "an array, or absent")
        }
    }

    func optionalObject(_ field: Field) throws(DDPError.Reason) -> JSONObject {
        switch self[field] {
        case nil: return JSONObject(members: [])
        case .object(let object): return object
        default: throw malformed(field, "an object, or absent")
        }
    }

    /// `id` of a ping or pong: text, null or absent.
    func pingID() throws(DDPError.Reason) -> JSONValue? {
        switch self[.id] {
        case nil: return nil
        case .null, .string, .utf16: return self[.id]
        default: throw malformed(.id, "a string, or absent")
        }
    }

    /// The document before which another stands; nil for the last place.
    func place() throws(DDPError.Reason) -> DocumentID? {
        switch self[.before] {
        case .null: return nil
        case .string: return try documentID(.before)
        default: throw malformed(.before, "a string or null")
        }
    }

    /// The id of a document, in the spelling of the wire.
    func documentID(_ field: Field) throws(DDPError.Reason) -> DocumentID {
        let wire = try string(field)
        do throws(JSONError) { return try DocumentID(wire: wire) } catch {
            throw malformed(field, "JSON of a number, a truth value, null or a string behind \"~\"")
        }
    }
}
