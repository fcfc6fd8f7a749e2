/// What is no record of an endpoint.
package enum RecordError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No name of a service.
    case service(String)
    /// No URL at which a node is reached.
    case url(String)
    /// A URL of so many bytes.
    case urlTooLong(Int)
    /// The record of this key has more bytes than are read.
    case tooLong(key: String, bytes: Int, limit: Int)
    /// What stands at this key is no record.
    case unreadable(key: String)
    /// What stands at this key is the record of another.
    case misplaced(key: String, expected: String)
    /// There are more records than are kept.
    case tooMany(limit: Int)

    /// What is wrong, and the remedy.
    package var description: String {
        switch self {
        case .service(let text):
            "\(Self.quoted(text)) is no name of a service; write 1 to \(ServiceName.longest) letters, digits, \"-\", \"_\" "
                + "or \".\", a letter or digit first"
        case .url(let text):
            "\(Self.quoted(text)) is no URL of a node; write http://HOST:PORT, with a path if need be, and without user, "
                + "query and fragment"
        case .urlTooLong(let bytes):
            "a URL of a node has at most \(EndpointURL.longest) bytes, not \(bytes); give the node a shorter one"
        case .tooLong(let key, let bytes, let limit):
            "the record \(Self.quoted(key)) has \(bytes) bytes, and at most \(limit) are read; remove it"
        case .unreadable(let key): "what stands at \(Self.quoted(key)) is no record of an endpoint; remove it"
        case .misplaced(let key, let expected):
            "the record at \(Self.quoted(key)) belongs to \(Self.quoted(expected)); remove it"
        case .tooMany(let limit):
            "there are more than \(limit) endpoints, and only the first by service and hash are used; raise the limit, or "
                + "give the services prefixes of their own"
        }
    }

    /// The text as far as a person reads it, without what a terminal would obey.
    private static func quoted(_ text: String) -> String { String(reflecting: String(text.prefix(100))) }
}
