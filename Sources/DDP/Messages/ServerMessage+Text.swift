extension ServerMessage {
    /// The message as JSON, its members in Meteor's order.
    public var text: String {
        var writer = JSONWriter()
        switch self {
        case .connected(let session):
            writer.begin("connected")
            writer.field(",\"session\":", session)
        case .failed(let version):
            writer.begin("failed")
            writer.field(",\"version\":", version)
        case .ping(let id):
            writer.begin("ping")
            if let id { writer.field(",\"id\":", id) }
        case .pong(let id):
            writer.begin("pong")
            if let id { writer.field(",\"id\":", id) }
        case .nosub(let id, let error):
            writer.begin("nosub")
            if let id { writer.field(",\"id\":", id) }
            if let error { writer.field(",\"error\":", .object(error.object)) }
        case .ready(let subs):
            writer.begin("ready")
            writer.field(",\"subs\":", subs)
        case .added(let collection, let id, let fields):
            writer.begin("added", collection, id)
            writer.fields(fields)
        case .changed(let collection, let id, let fields, let cleared):
            writer.begin("changed", collection, id)
            writer.fields(fields)
            if !cleared.isEmpty { writer.field(",\"cleared\":", cleared) }
        case .removed(let collection, let id): writer.begin("removed", collection, id)
        case .addedBefore(let collection, let id, let fields, let before):
            writer.begin("addedBefore", collection, id)
            writer.fields(fields)
            writer.field(",\"before\":", before.map { .string($0.wire) } ?? .null)
        case .movedBefore(let collection, let id, let before):
            writer.begin("movedBefore", collection, id)
            writer.field(",\"before\":", before.map { .string($0.wire) } ?? .null)
        case .result(let id, let outcome):
            writer.begin("result")
            writer.field(",\"id\":", id)
            switch outcome {
            case .success(let value): if let value { writer.ejsonField(",\"result\":", value) }
            case .failure(let error): writer.field(",\"error\":", .object(error.object))
            }
        case .updated(let methods):
            writer.begin("updated")
            writer.field(",\"methods\":", methods)
        case .error(let reason, let offendingMessage):
            writer.begin("error")
            writer.field(",\"reason\":", reason)
            if let offendingMessage { writer.field(",\"offendingMessage\":", offendingMessage) }
        }
        return writer.end()
    }
}
