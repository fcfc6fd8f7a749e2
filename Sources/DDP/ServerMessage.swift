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
    /// The outcome of a method; `.success(nil)` when it returned nothing.
    case result(id: String, outcome: Result<JSONValue?, ApplicationError>)
    /// All writes of these methods are sent.
    case updated(methods: [String])
    /// The client broke the protocol.
    case error(reason: String, offendingMessage: JSONValue? = nil)

    /// Reads a message; unknown fields are ignored.
    public init(parsing text: String, limits: JSONLimits = .init()) throws(DDPError) {
        let reader = try MessageReader(text, limits: limits)
        switch reader.name {
        case "connected": self = .connected(session: try reader.string("session"))
        case "failed": self = .failed(version: try reader.string("version"))
        case "ping": self = .ping(id: try reader.pingID())
        case "pong": self = .pong(id: try reader.pingID())
        case "nosub": self = .nosub(id: try reader.optionalString("id"), error: try Self.applicationError(reader))
        case "ready": self = .ready(subs: try reader.strings("subs"))
        case "added":
            self = .added(
                collection: try reader.string("collection"), id: try reader.string("id"),
                fields: try reader.optionalObject("fields"))
        case "changed":
            self = .changed(
                collection: try reader.string("collection"), id: try reader.string("id"),
                fields: try reader.optionalObject("fields"),
                cleared: reader.object["cleared"] == nil ? [] : try reader.strings("cleared"))
        case "removed": self = .removed(collection: try reader.string("collection"), id: try reader.string("id"))
        case "result":
            let id = try reader.string("id")
            if let error = try Self.applicationError(reader) {
                self = .result(id: id, outcome: .failure(error))
            } else {
                self = .result(id: id, outcome: .success(reader.object["result"]))
            }
        case "updated": self = .updated(methods: try reader.strings("methods"))
        case "error":
            self = .error(reason: try reader.string("reason"), offendingMessage: reader.object["offendingMessage"])
        default: throw reader.unknown()
        }
    }

    private static func applicationError(_ reader: MessageReader) throws(DDPError) -> ApplicationError? {
        guard let value = reader.object["error"] else { return nil }
        guard let error = value.objectValue.flatMap({ ApplicationError($0) }) else {
            throw reader.malformed("error", "an object with an \"error\" that is a string or a number")
        }
        return error
    }

    /// The message as JSON, its members in Meteor's order.
    public var text: String {
        var members: [(String, JSONValue)]
        switch self {
        case .connected(let session): members = [("msg", "connected"), ("session", .string(session))]
        case .failed(let version): members = [("msg", "failed"), ("version", .string(version))]
        case .ping(let id): members = [("msg", "ping")] + (id.map { [("id", $0)] } ?? [])
        case .pong(let id): members = [("msg", "pong")] + (id.map { [("id", $0)] } ?? [])
        case .nosub(let id, let error):
            members = [("msg", "nosub")]
            if let id { members.append(("id", .string(id))) }
            if let error { members.append(("error", .object(error.object))) }
        case .ready(let subs): members = [("msg", "ready"), ("subs", .array(subs.map { .string($0) }))]
        case .added(let collection, let id, let fields):
            members = [("msg", "added"), ("collection", .string(collection)), ("id", .string(id))]
            if !fields.members.isEmpty { members.append(("fields", .object(fields))) }
        case .changed(let collection, let id, let fields, let cleared):
            members = [("msg", "changed"), ("collection", .string(collection)), ("id", .string(id))]
            if !fields.members.isEmpty { members.append(("fields", .object(fields))) }
            if !cleared.isEmpty { members.append(("cleared", .array(cleared.map { .string($0) }))) }
        case .removed(let collection, let id):
            members = [("msg", "removed"), ("collection", .string(collection)), ("id", .string(id))]
        case .result(let id, let outcome):
            members = [("msg", "result"), ("id", .string(id))]
            switch outcome {
            case .success(let value): if let value { members.append(("result", value)) }
            case .failure(let error): members.append(("error", .object(error.object)))
            }
        case .updated(let methods): members = [("msg", "updated"), ("methods", .array(methods.map { .string($0) }))]
        case .error(let reason, let offendingMessage):
            members = [("msg", "error"), ("reason", .string(reason))]
            if let offendingMessage { members.append(("offendingMessage", offendingMessage)) }
        }
        return JSONValue.object(JSONObject(members)).text
    }
}
