/// JSON that is no EJSON, though it looks like it.
public enum EJSONError: Error, Hashable, CustomStringConvertible {
    /// The text is no JSON.
    case json(JSONError)
    /// `$type` is one that nobody taught us.
    case unknownType(String)
    /// `$value` of an `oid` is not 24 hexadecimal digits.
    case malformedObjectID
    /// `$binary` is no base64.
    case malformedBinary
    /// `$escape` holds null.
    case escapedNull
    /// `$regexp` is no regular expression.
    case malformedRegularExpression(String)

    /// What was expected, and what came.
    public var description: String {
        switch self {
        case .json(let error): error.description
        case .unknownType(let type):
            "expected a known \"$type\", got \"\(type)\"; name it among the custom types to accept it"
        case .malformedObjectID: "expected 24 hexadecimal digits as \"$value\" of an \"oid\""
        case .malformedBinary: "expected base64 (RFC 4648 section 4) in \"$binary\""
        case .escapedNull: "expected an object in \"$escape\", got null"
        case .malformedRegularExpression(let problem): "expected a regular expression in \"$regexp\": \(problem)"
        }
    }
}
