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
        var envelope = Envelope()
        do throws(DDPError.Reason) {
            self = try Self(envelope.message(in: text, limits: limits), envelope)
        } catch {
            throw DDPError(error, text: text)
        }
    }

    init(_ kind: String, _ envelope: borrowing Envelope) throws(DDPError.Reason) {
        switch kind {
        case "method":
            self = .method(
                id: try envelope.string(.id), method: try envelope.string(.method),
                params: try envelope.optionalArray(.params), randomSeed: try envelope.optionalString(.randomSeed))
        case "sub":
            self = .sub(
                id: try envelope.string(.id), name: try envelope.string(.name),
                params: try envelope.optionalArray(.params))
        case "unsub": self = .unsub(id: try envelope.string(.id))
        case "ping": self = .ping(id: try envelope.pingID())
        case "pong": self = .pong(id: try envelope.pingID())
        case "connect":
            self = .connect(
                version: try envelope.string(.version), support: try envelope.strings(.support),
                session: try envelope.optionalString(.session))
        default: throw .unknownMessage(kind)
        }
    }

    /// The message as JSON, its members in the order of Meteor's client.
    public var text: String {
        var writer = JSONWriter()
        switch self {
        case .connect(let version, let support, let session):
            writer.begin("connect")
            if let session { writer.field(",\"session\":", session) }
            writer.field(",\"version\":", version)
            writer.field(",\"support\":", support)
        case .ping(let id):
            writer.begin("ping")
            if let id { writer.field(",\"id\":", id) }
        case .pong(let id):
            writer.begin("pong")
            if let id { writer.field(",\"id\":", id) }
        case .sub(let id, let name, let params):
            writer.begin("sub")
            writer.field(",\"id\":", id)
            writer.field(",\"name\":", name)
            writer.ejsonField(",\"params\":", .array(params))
        case .unsub(let id):
            writer.begin("unsub")
            writer.field(",\"id\":", id)
        case .method(let id, let method, let params, let randomSeed):
            writer.begin("method")
            writer.field(",\"id\":", id)
            writer.field(",\"method\":", method)
            writer.ejsonField(",\"params\":", .array(params))
            if let randomSeed { writer.field(",\"randomSeed\":", randomSeed) }
        }
        return writer.end()
    }
}
