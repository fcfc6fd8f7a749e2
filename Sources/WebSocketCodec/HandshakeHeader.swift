/// One header line of the opening handshake.
public struct HandshakeHeader: Hashable, Sendable {
    /// The field's name; compared without regard to case.
    public var name: String
    /// The field's value as it stands on its line.
    public var value: String

    /// A header line.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

extension [HandshakeHeader] {
    /// Bytes of all names and values.
    var byteCount: Int { reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count } }

    /// The values of all lines of that name, trimmed, in order.
    func values(of name: String) -> [String] {
        filter { $0.name.equalsIgnoringCase(name) }.map { $0.value.trimmed }
    }

    /// The elements of a comma-separated list over all its lines, trimmed, without the empty ones (RFC 9110 §5.6.1).
    func list(of name: String) -> [String] {
        values(of: name).flatMap { line in
            line.split(separator: ",").map { String($0).trimmed }.filter { !$0.isEmpty }
        }
    }

    /// Whether the list has that token, in any case.
    func list(of name: String, has token: String) -> Bool {
        list(of: name).contains { $0.equalsIgnoringCase(token) }
    }
}

extension String {
    /// Without the blanks and tabs around it.
    var trimmed: String {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
        guard let first = utf8.firstIndex(where: { !isBlank($0) }),
            let last = utf8.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(self[first...last])
    }

    /// ASCII case-insensitive comparison.
    func equalsIgnoringCase(_ other: String) -> Bool {
        utf8.count == other.utf8.count && zip(utf8, other.utf8).allSatisfy { $0.asciiLowercased == $1.asciiLowercased }
    }

    /// Whether this is a token of RFC 9110 §5.6.2.
    var isToken: Bool { !isEmpty && utf8.allSatisfy(\.isTokenCharacter) }
}

extension UInt8 {
    /// Whether this may stand in a token of RFC 9110 §5.6.2.
    var isTokenCharacter: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(self)
        }
    }

    fileprivate var asciiLowercased: UInt8 {
        self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self | 0x20 : self
    }
}
