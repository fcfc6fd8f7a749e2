/// A message from server to client.
public enum ServerMessage: Sendable, Hashable {
    /// The session is open under this id.
    case connected(session: String)
    /// No common version; the server would speak this one, and closes.
    case failed(version: String)
    /// Asks for a pong.
    case ping(id: JSONValue? = nil)
    /// Answers a ping.
    case pong(id: JSONValue? = nil)
    /// A subscription ended, or could not begin; without id when the client gave none.
    case nosub(id: String?, error: ApplicationError? = nil)
    /// The initial documents of these subscriptions are sent.
    case ready(subs: [String])
    /// A document appeared.
    case added(collection: String, id: String, fields: JSONObject = JSONObject())
    /// A document changed.
    case changed(collection: String, id: String, fields: JSONObject = JSONObject(), cleared: [String] = [])
    /// A document went away.
    case removed(collection: String, id: String)
    /// A document appeared in an ordered collection, before another one or last. Meteor's server never sends it.
    case addedBefore(collection: String, id: String, fields: JSONObject = JSONObject(), before: String?)
    /// A document of an ordered collection moved before another one or to the end. Meteor's server never sends it.
    case movedBefore(collection: String, id: String, before: String?)
    /// The outcome of a method; `.success(nil)` when it returned nothing.
    case result(id: String, outcome: Result<JSONValue?, ApplicationError>)
    /// All writes of these methods are sent.
    case updated(methods: [String])
    /// The client broke the protocol.
    case error(reason: String, offendingMessage: JSONValue? = nil)

    /// Reads a message; unknown fields are ignored.
    public init(parsing text: String, limits: JSONLimits = .init()) throws(DDPError) {
        try self.init(FieldReader(text, limits: limits))
    }

    private init(_ reader: FieldReader) throws(DDPError) {
        switch reader.kind {
        case "added":
            self = .added(
                collection: try reader.string(.collection), id: try reader.string(.id),
                fields: try reader.optionalObject(.fields))
        case "changed":
            self = .changed(
                collection: try reader.string(.collection), id: try reader.string(.id),
                fields: try reader.optionalObject(.fields), cleared: try reader.optionalStrings(.cleared))
        case "removed": self = .removed(collection: try reader.string(.collection), id: try reader.string(.id))
        case "result":
            let id = try reader.string(.id)
            if let error = try Self.applicationError(reader) {
                self = .result(id: id, outcome: .failure(error))
            } else {
                self = .result(id: id, outcome: .success(reader.envelope[.result]))
            }
        case "updated": self = .updated(methods: try reader.strings(.methods))
        case "ready": self = .ready(subs: try reader.strings(.subs))
        case "nosub": self = .nosub(id: try reader.optionalString(.id), error: try Self.applicationError(reader))
        case "ping": self = .ping(id: try reader.pingID())
        case "pong": self = .pong(id: try reader.pingID())
        case "connected": self = .connected(session: try reader.string(.session))
        case "failed": self = .failed(version: try reader.string(.version))
        case "error":
            self = .error(reason: try reader.string(.reason), offendingMessage: reader.envelope[.offendingMessage])
        case "addedBefore":
            self = .addedBefore(
                collection: try reader.string(.collection), id: try reader.string(.id),
                fields: try reader.optionalObject(.fields), before: try reader.place())
        case "movedBefore":
            self = .movedBefore(
                collection: try reader.string(.collection), id: try reader.string(.id), before: try reader.place())
        default: throw reader.unknown()
        }
    }

    private static func applicationError(_ reader: FieldReader) throws(DDPError) -> ApplicationError? {
        guard let value = reader.envelope[.error] else { return nil }
        guard reader.envelope[.result] == nil else { throw reader.malformed(.result, "absent beside \"error\"") }
        guard let error = value.objectValue.flatMap({ ApplicationError($0) }) else {
            throw reader.malformed(.error, "an object with an \"error\" that is a string or a number")
        }
        return error
    }
}
