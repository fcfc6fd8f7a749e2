/// The head of an HTTP/1 message that a ``HandshakeHeadReader`` can read: ``HandshakeRequest`` or ``HandshakeResponse``.
public protocol HandshakeHead: Sendable {
    /// Reads the first line, without its end; nil if it is none.
    init?(startLine: [UInt8])
    /// The fields in order; repeated ones are kept apart.
    var headers: [HandshakeHeader] { get set }
    /// Whether another head comes before the one that counts.
    var isInterim: Bool { get }
}

/// The number of an HTTP version.
public struct HandshakeVersion: Hashable, Sendable {
    /// 0–9.
    public var major: Int
    /// 0–9.
    public var minor: Int

    /// HTTP/1.1, the version that an opening handshake is made with.
    public static let http11 = HandshakeVersion(major: 1, minor: 1)

    /// A version.
    public init(major: Int, minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// Reads `HTTP/` and two digits with a point between them (RFC 9112 §2.3).
    init?(_ text: some Collection<UInt8>) {
        let bytes = Array(text)
        guard bytes.count == 8, bytes.starts(with: "HTTP/".utf8), bytes[6] == UInt8(ascii: "."),
            let major = bytes[5].digit, let minor = bytes[7].digit
        else { return nil }
        self.init(major: major, minor: minor)
    }
}

extension HandshakeVersion: CustomStringConvertible {
    /// As it stands in a head.
    public var description: String { "HTTP/\(major).\(minor)" }
}

extension UInt8 {
    /// The value of a decimal digit.
    var digit: Int? { self >= 0x30 && self <= 0x39 ? Int(self) - 0x30 : nil }
    /// Whether it may stand in a field's value or a reason: no control character but the tab (RFC 9110 §5.5).
    var isFieldContent: Bool { self >= 0x20 && self != 0x7F || self == 0x09 }
}
