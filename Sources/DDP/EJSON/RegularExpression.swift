/// A regular expression of JavaScript: its text, for nothing here runs it.
public struct RegularExpression: Sendable, Hashable {
    /// What stands between the slashes.
    public let pattern: String
    /// Flags among `g`, `i`, `m`, `u` and `y`, each once.
    public let flags: String

    /// Takes a pattern, and of the flags' first 50 characters those that Meteor knows.
    ///
    /// Of the pattern only groups, classes, escapes and dangling quantifiers are checked.
    public init(pattern: String, flags: String) throws(EJSONError) {
        self.pattern = pattern
        self.flags = flags.prefix(50).reduce(into: "") { kept, flag in
            if "gimuy".contains(flag), !kept.contains(flag) { kept.append(flag) }
        }
        if let problem = Self.problem(pattern) { throw .malformedRegularExpression(problem) }
    }

    private static func problem(_ pattern: String) -> String? {
        var groups = 0
        var isInClass = false
        var isEscaped = false
        var canRepeat = false
        for byte in pattern.utf8 {
            if isEscaped {
                isEscaped = false
                canRepeat = true
                continue
            }
            switch byte {
            case UInt8(ascii: "\\"): isEscaped = true
            case UInt8(ascii: "]") where isInClass:
                isInClass = false
                canRepeat = true
            case _ where isInClass: break
            case UInt8(ascii: "["): isInClass = true
            case UInt8(ascii: "("):
                groups += 1
                // `(?` begins a group of a special kind.
                canRepeat = false
            case UInt8(ascii: ")"):
                groups -= 1
                guard groups >= 0 else { return "unmatched )" }
                canRepeat = true
            case UInt8(ascii: "*"), UInt8(ascii: "+"):
                guard canRepeat else { return "nothing to repeat" }
            case UInt8(ascii: "|"): canRepeat = false
            default: canRepeat = true
            }
        }
        if isEscaped { return "\\ at the end" }
        if isInClass { return "unterminated class" }
        return groups > 0 ? "unterminated group" : nil
    }
}
