/// Reads the fields of one message with errors that name them.
struct FieldReader {
    let envelope: Envelope
    let kind: String
    let text: String

    init(_ text: String, limits: JSONLimits) throws(DDPError) {
        let envelope: Envelope?
        do throws(JSONError) { envelope = try Envelope.read(text, limits: limits) } catch {
            throw DDPError(.notAnObject(error), text: text)
        }
        guard let envelope else { throw DDPError(.notAnObject(nil), text: text) }
        guard let kind = envelope.kind else { throw DDPError(.unknownMessage(nil), text: text) }
        self.init(envelope, kind: kind, text: text)
    }

    init(_ envelope: Envelope, kind: String, text: String) {
        self.envelope = envelope
        self.kind = kind
        self.text = text
    }

    func unknown() -> DDPError { DDPError(.unknownMessage(kind), text: text) }

    func malformed(_ field: Envelope.Field, _ expected: String) -> DDPError {
        DDPError(.malformed(message: kind, field: "\(field)", expected: expected), text: text)
    }

    func string(_ field: Envelope.Field) throws(DDPError) -> String {
        guard case .string(let value) = envelope[field] else { throw malformed(field, "a string") }
        return value
    }

    func optionalString(_ field: Envelope.Field) throws(DDPError) -> String? {
        switch envelope[field] {
        case nil: return nil
        case .string(let value): return value
        default: throw malformed(field, "a string, or absent")
        }
    }

    func strings(_ field: Envelope.Field) throws(DDPError) -> [String] {
        guard let elements = envelope[field]?.arrayValue else { throw malformed(field, "an array of strings") }
        let strings = elements.compactMap(\.stringValue)
        guard strings.count == elements.count else { throw malformed(field, "an array of strings") }
        return strings
    }

    func optionalStrings(_ field: Envelope.Field) throws(DDPError) -> [String] {
        envelope[field] == nil ? [] : try strings(field)
    }

    func optionalArray(_ field: Envelope.Field) throws(DDPError) -> [JSONValue] {
        switch envelope[field] {
        case nil: return []
        case .array(let elements): return elements
        default: throw malformed(field, "an array, or absent")
        }
    }

    func optionalObject(_ field: Envelope.Field) throws(DDPError) -> JSONObject {
        switch envelope[field] {
        case nil: return JSONObject(members: [])
        case .object(let object): return object
        default: throw malformed(field, "an object, or absent")
        }
    }

    /// `id` of a ping or pong: text, null or absent.
    func pingID() throws(DDPError) -> JSONValue? {
        switch envelope[.id] {
        case nil: return nil
        case .null, .string, .utf16: return envelope[.id]
        default: throw malformed(.id, "a string, or absent")
        }
    }

    /// The document before which another stands; nil for the last place.
    func place() throws(DDPError) -> String? {
        switch envelope[.before] {
        case .null: return nil
        case .string(let id): return id
        default: throw malformed(.before, "a string or null")
        }
    }
}
