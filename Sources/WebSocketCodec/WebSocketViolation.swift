/// What a peer did wrong: the rule, where in its bytes, and what was expected instead.
public struct WebSocketViolation: Error, Hashable, Sendable {
    /// The rule that was broken.
    public var rule: WebSocketRule
    /// Offset of the offending byte among all bytes received after the opening handshake; for compressed data
    /// that of the first byte of payload of the frame in which the fault showed.
    public var byteOffset: UInt64
    /// What was expected and what came.
    public var detail: String

    /// A violation of `rule` at `byteOffset`.
    public init(_ rule: WebSocketRule, at byteOffset: UInt64, _ detail: String) {
        self.rule = rule
        self.byteOffset = byteOffset
        self.detail = detail
    }

    /// The code of the Close frame that answers it.
    public var closeCode: CloseCode { rule.closeCode }
}

extension WebSocketViolation: CustomStringConvertible {
    /// One line: rule, place, detail, source and close code.
    public var description: String {
        "\(rule.rawValue) at byte \(byteOffset): \(detail) (\(rule.source), close code \(closeCode))"
    }
}
