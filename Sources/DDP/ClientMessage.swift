/// A message from client to server.
public enum ClientMessage: Sendable, Hashable {
    /// First of all: the version proposed, and all that would do.
    case connect(version: String, support: [String], session: String? = nil)
    /// Asks for a pong with the same id (a string, null, or none).
    case ping(id: JSONValue? = nil)
    /// Answers a ping.
    case pong(id: JSONValue? = nil)
    /// Subscribes.
    case sub(id: String, name: String, params: [JSONValue] = [])
    /// Ends a subscription.
    case unsub(id: String)
    /// Calls a method.
    case method(id: String, method: String, params: [JSONValue] = [], randomSeed: String? = nil)

    /// Reads a message; unknown fields are ignored.
    public init(parsing text: String, limits: JSONLimits = .init()) throws(DDPError) {
        try self.init(MessageReader(text, limits: limits))
    }

    init(_ reader: MessageReader) throws(DDPError) {
        switch reader.name {
        case "connect":
            self = .connect(
                version: try reader.string("version"), support: try reader.strings("support"),
                session: try reader.optionalString("session"))
        case "ping": self = .ping(id: try reader.pingID())
        case "pong": self = .pong(id: try reader.pingID())
        case "sub":
            self = .sub(
                id: try reader.string("id"), name: try reader.string("name"), params: try reader.optionalArray("params")
            )
        case "unsub": self = .unsub(id: try reader.string("id"))
        case "method":
            self = .method(
                id: try reader.string("id"), method: try reader.string("method"),
                params: try reader.optionalArray("params"), randomSeed: try reader.optionalString("randomSeed"))
        default: throw reader.unknown()
        }
    }

    /// The message as JSON, its members in the order of Meteor's client.
    public var text: String {
        var members: [(String, JSONValue)]
        switch self {
        case .connect(let version, let support, let session):
            members = [("msg", "connect")]
            if let session { members.append(("session", .string(session))) }
            members += [("version", .string(version)), ("support", .array(support.map { .string($0) }))]
        case .ping(let id): members = [("msg", "ping")] + (id.map { [("id", $0)] } ?? [])
        case .pong(let id): members = [("msg", "pong")] + (id.map { [("id", $0)] } ?? [])
        case .sub(let id, let name, let params):
            members = [("msg", "sub"), ("id", .string(id)), ("name", .string(name)), ("params", .array(params))]
        case .unsub(let id): members = [("msg", "unsub"), ("id", .string(id))]
        case .method(let id, let method, let params, let randomSeed):
            members = [("msg", "method"), ("method", .string(method)), ("params", .array(params))]
            if let randomSeed { members.append(("randomSeed", .string(randomSeed))) }
            members.append(("id", .string(id)))
        }
        return JSONValue.object(JSONObject(members)).text
    }
}
