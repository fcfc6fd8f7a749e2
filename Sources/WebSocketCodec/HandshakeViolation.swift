/// Why a client must not go on with a server's answer (RFC 6455 §4.1).
public struct HandshakeViolation: Error, Hashable, Sendable {
    /// What is wrong with the answer. The raw value is a stable name for reports.
    public enum Rule: String, Sendable, Hashable, CaseIterable {
        /// The header lines are longer than `ClientHandshake.maximumHeaderBytes`.
        case headerBytes = "headers-too-long"
        /// The status is not 101.
        case status = "status-not-101"
        /// `Upgrade` is missing or not `websocket`.
        case upgrade = "upgrade-not-websocket"
        /// `Connection` has no `upgrade` token.
        case connection = "connection-without-upgrade"
        /// `Sec-WebSocket-Accept` is missing, repeated or not the answer to the key.
        case accept = "accept-wrong"
        /// A subprotocol that was not offered, or more than one.
        case subprotocol = "subprotocol-not-offered"
        /// An extension that was not offered, or whose parameters are not an answer to the offer.
        case extensions = "extension-not-offered"
    }

    /// The rule that was broken.
    public var rule: Rule
    /// What was expected and what came.
    public var detail: String

    /// A violation of `rule`.
    public init(_ rule: Rule, _ detail: String) {
        self.rule = rule
        self.detail = detail
    }
}

extension HandshakeViolation: CustomStringConvertible {
    /// One line with the rule, the detail and what to look at.
    public var description: String { "\(rule.rawValue): \(detail); \(remedy)" }

    private var remedy: String {
        switch rule {
        case .headerBytes: "look at what the server, or a proxy before it, adds: cookies more often than not"
        case .status: "the server or something before it does not speak WebSocket at this address"
        case .upgrade, .connection: "something on the path drops or rewrites hop-by-hop headers"
        case .accept: "the answer does not belong to this request: look for a cache or a proxy that answers itself"
        case .subprotocol: "look for a proxy that drops or rewrites Sec-WebSocket-Protocol"
        case .extensions: "look for a proxy that drops or rewrites Sec-WebSocket-Extensions in one direction"
        }
    }
}
