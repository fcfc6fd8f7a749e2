/// A WebSocket close status code (RFC 6455 §7.4 and the IANA registry).
public struct CloseCode: RawRepresentable, Hashable, Sendable {
    /// The number as it stands in a Close frame.
    public var rawValue: UInt16

    /// Any number; whether it may be sent is `mayAppearOnTheWire`.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// 1000: the purpose of the connection is fulfilled.
    public static let normalClosure = CloseCode(rawValue: 1000)
    /// 1001: a server going down or a page left.
    public static let goingAway = CloseCode(rawValue: 1001)
    /// 1002: the peer broke the framing protocol.
    public static let protocolError = CloseCode(rawValue: 1002)
    /// 1003: a kind of data this end can't accept.
    public static let unsupportedData = CloseCode(rawValue: 1003)
    /// 1005: stands for "the Close frame had no code"; never on the wire.
    public static let noStatusReceived = CloseCode(rawValue: 1005)
    /// 1006: stands for "no Close frame came"; never on the wire.
    public static let abnormalClosure = CloseCode(rawValue: 1006)
    /// 1007: data that contradicts its type, such as text that is not UTF-8.
    public static let invalidPayload = CloseCode(rawValue: 1007)
    /// 1008: the peer violated a policy of this end.
    public static let policyViolation = CloseCode(rawValue: 1008)
    /// 1009: a message too big to process.
    public static let messageTooBig = CloseCode(rawValue: 1009)
    /// 1010: the server did not agree to an extension the client needs.
    public static let mandatoryExtension = CloseCode(rawValue: 1010)
    /// 1011: the server met an unexpected condition.
    public static let internalError = CloseCode(rawValue: 1011)
    /// 1012: the service restarts (IANA registry).
    public static let serviceRestart = CloseCode(rawValue: 1012)
    /// 1013: try again later (IANA registry).
    public static let tryAgainLater = CloseCode(rawValue: 1013)
    /// 1014: a gateway got an invalid answer from upstream (IANA registry).
    public static let badGateway = CloseCode(rawValue: 1014)
    /// 1015: stands for "the TLS handshake failed"; never on the wire.
    public static let tlsHandshake = CloseCode(rawValue: 1015)

    /// Whether a Close frame may carry this code: 1000–1003, 1007–1014 and 3000–4999 (§7.4.1, §7.4.2, IANA registry).
    public var mayAppearOnTheWire: Bool {
        switch rawValue {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}

extension CloseCode: CustomStringConvertible {
    /// The number in decimal.
    public var description: String { String(rawValue) }
}
