/// A text that is no message of this direction.
public struct DDPError: Error, Hashable, CustomStringConvertible {
    /// How it failed, in the order in which a server finds out.
    public enum Reason: Error, Hashable {
        /// No JSON, or JSON that is no object.
        case notAnObject(JSONError?)
        /// No `msg`, or one that nobody knows in this direction.
        case unknownMessage(String?)
        /// A field is absent or of the wrong type.
        case malformed(message: String, field: String, expected: String)
    }

    /// How it failed.
    public var reason: Reason
    /// The first 200 characters of the text.
    public var excerpt: String

    init(_ reason: Reason, text: String) {
        self.reason = reason
        self.excerpt = String(text.prefix(200))
    }

    /// What was expected and what came.
    public var description: String {
        let what =
            switch reason {
            case .notAnObject(let error): "expected a DDP message, a JSON object" + (error.map { " (\($0))" } ?? "")
            case .unknownMessage(let name): "expected a known \"msg\", got \(name.map { "\"\($0)\"" } ?? "none")"
            case .malformed(let message, let field, let expected):
                "expected \"\(field)\" of \"\(message)\" to be \(expected)"
            }
        return "\(what), in: \(excerpt)"
    }
}
