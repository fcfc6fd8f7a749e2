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
    case added(collection: String, id: DocumentID, fields: JSONObject = JSONObject())
    /// A document changed.
    case changed(collection: String, id: DocumentID, fields: JSONObject = JSONObject(), cleared: [String] = [])
    /// A document went away.
    case removed(collection: String, id: DocumentID)
    /// A document appeared in an ordered collection, before another one or last. Meteor's server never sends it.
    case addedBefore(collection: String, id: DocumentID, fields: JSONObject = JSONObject(), before: DocumentID?)
    /// A document of an ordered collection moved before another one or to the end. Meteor's server never sends it.
    case movedBefore(collection: String, id: DocumentID, before: DocumentID?)
    /// The outcome of a method; `.success(nil)` when it returned nothing.
    case result(id: String, outcome: Result<JSONValue?, ApplicationError>)
    /// All writes of these methods are sent.
    case updated(methods: [String])
    /// The client broke the protocol.
    case error(reason: String, offendingMessage: JSONValue? = nil)

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
        case "added":
            self = .added(
                collection: try envelope.string(.collection), id: try envelope.documentID(.id),
                fields: try envelope.optionalObject(.fields))
        case "changed":
            self = .changed(
                collection: try envelope.string(.collection), id: try envelope.documentID(.id),
                fields: try envelope.optionalObject(.fields), cleared: try envelope.optionalStrings(.cleared))
        case "removed": self = .removed(collection: try envelope.string(.collection), id: try envelope.documentID(.id))
        case "result":
            let id = try envelope.string(.id)
            if let error = try Self.applicationError(envelope) {
                self = .result(id: id, outcome: .failure(error))
            } else {
                self = .result(id: id, outcome: .success(envelope[.result]))
            }
        case "updated": self = .updated(methods: try envelope.strings(.methods))
        case "ready": self = .ready(subs: try envelope.strings(.subs))
        case "nosub": self = .nosub(id: try envelope.optionalString(.id), error: try Self.applicationError(envelope))
        case "ping": self = .ping(id: try envelope.pingID())
        case "pong": self = .pong(id: try envelope.pingID())
        case "connected": self = .connected(session: try envelope.string(.session))
        case "failed": self = .failed(version: try envelope.string(.version))
        case "error":
            self = .error(reason: try envelope.string(.reason), offendingMessage: envelope[.offendingMessage])
        case "addedBefore":
            self = .addedBefore(
                collection: try envelope.string(.collection), id: try envelope.documentID(.id),
                fields: try envelope.optionalObject(.fields), before: try envelope.place())
        case "movedBefore":
            self = .movedBefore(
                collection: try envelope.string(.collection), id: try envelope.documentID(.id),
                before: try envelope.place()
            )
        default: throw .unknownMessage(kind)
        }
    }

    private static func applicationError(_ envelope: borrowing Envelope) throws(DDPError.Reason) -> ApplicationError? {
        guard let value = envelope[.error] else { return nil }
        guard envelope[.result] == nil else { throw envelope.malformed(.result, "absent beside \"error\"") }
        guard let error = value.objectValue.flatMap({ ApplicationError($0) }) else {
            throw envelope.malformed(.error, "an object with an \"error\" that is a string or a number")
        }
        return error
    }
}
