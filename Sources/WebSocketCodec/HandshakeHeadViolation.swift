/// Why bytes are no head of HTTP/1 (RFC 9112): which rule they break, and where.
public struct HandshakeHeadViolation: Error, Hashable, Sendable {
    /// What is wrong. The raw value is a stable name for reports.
    public enum Rule: String, Sendable, Hashable, CaseIterable {
        /// The head is longer than the reader's limit.
        case tooLong = "head-too-long"
        /// The first line is no request line or no status line (§3, §4).
        case startLine = "start-line-malformed"
        /// A line is no field: no colon, a name that is no token, a blank before the colon or at the start (§5.1, §5.2).
        case field = "field-malformed"
        /// A control character, or a line that does not end with CR and LF (§2.2; RFC 9110 §5.5).
        case controlCharacter = "control-character"
    }

    /// The rule that was broken.
    public var rule: Rule
    /// Offset of the offending byte, or of its line, among all bytes the reader was given.
    public var byteOffset: UInt64
    /// What was expected and what came.
    public var detail: String

    /// A violation of `rule` at `byteOffset`.
    public init(_ rule: Rule, at byteOffset: UInt64, _ detail: String) {
        self.rule = rule
        self.byteOffset = byteOffset
        self.detail = detail
    }

    /// The status a server answers such a request with, before it closes the connection.
    public var status: Int { rule == .tooLong ? 431 : 400 }
}

extension HandshakeHeadViolation: CustomStringConvertible {
    /// One line: rule, place and detail.
    public var description: String { "\(rule.rawValue) at byte \(byteOffset): \(detail)" }
}
