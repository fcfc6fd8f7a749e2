/// An error that a method or a publication reports to the client.
public struct ApplicationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A number or a string that programs compare.
    public var error: JSONValue
    /// For people.
    public var reason: String?
    /// More, if any.
    public var details: JSONValue?

    /// An error.
    public init(error: JSONValue, reason: String?, details: JSONValue? = nil) {
        self.error = error
        self.reason = reason
        self.details = details
    }

    /// A method that does not exist.
    public static func methodNotFound(_ name: String) -> ApplicationError {
        ApplicationError(error: 404, reason: "Method '\(name)' not found")
    }

    /// A publication that does not exist.
    public static func subscriptionNotFound(_ name: String) -> ApplicationError {
        ApplicationError(error: 404, reason: "Subscription '\(name)' not found")
    }

    /// Whatever went wrong without a word for the client.
    public static let internalServerError = ApplicationError(error: 500, reason: "Internal server error")

    /// A session has as many subscriptions as it may.
    public static let tooManySubscriptions = ApplicationError(
        error: "too-many-subscriptions", reason: "Too many subscriptions; end some before opening more")

    /// A method that was sent once and must not be sent again, for its connection is gone.
    public static let invocationFailed = ApplicationError(
        error: "invocation-failed",
        reason: "The connection broke before the result came, and noRetry forbids to send the method again")

    init?(_ object: JSONObject) {
        guard let error = object["error"] else { return nil }
        switch error {
        case .string, .number: break
        default: return nil
        }
        self.init(error: error, reason: object["reason"]?.stringValue, details: object["details"])
    }

    /// Reason and code, as Meteor words it.
    public var description: String {
        let code = error.stringValue ?? error.text
        return reason.map { "\($0) [\(code)]" } ?? "[\(code)]"
    }

    var object: JSONObject {
        var members: [(String, JSONValue)] = [("isClientSafe", true), ("error", error)]
        if let reason { members.append(("reason", .string(reason))) }
        if let details { members.append(("details", details)) }
        members += [("message", .string(description)), ("errorType", "Meteor.Error")]
        return JSONObject(members)
    }
}
