/// One message: a JavaScript string, so it may hold half of a surrogate pair.
///
/// Stored as generalised UTF-8 (WTF-8): UTF-8, except that a surrogate without its other half takes three bytes as any
/// other code point of its size would. Two messages are equal if their UTF-16 code units are.
public struct SockJSMessage: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// Generalised UTF-8; surrogates that form a pair never stand apart in it.
    public let bytes: [UInt8]

    /// The message with the text of a string.
    public init(_ string: String) { self.bytes = Array(string.utf8) }

    /// The message with the text of a string.
    public init(stringLiteral value: String) { self.init(value) }

    /// The message in these bytes of UTF-8; what is not UTF-8 reads as U+FFFD, as browsers and Node.js read it.
    public init(decoding utf8: some Collection<UInt8>) {
        self.init(uncheckedBytes: Self.repaired(Array(utf8)))
    }

    /// The message of these UTF-16 code units, whatever they are.
    public init(utf16 units: some Sequence<UInt16>) {
        var bytes: [UInt8] = []
        var lead: UInt16?
        for unit in units {
            if let first = lead, UTF16.isTrailSurrogate(unit) {
                CodePoint(lead: first, trail: unit).append(to: &bytes)
                lead = nil
                continue
            }
            if let first = lead { CodePoint(first).append(to: &bytes) }
            lead = UTF16.isLeadSurrogate(unit) ? unit : nil
            if lead == nil { CodePoint(unit).append(to: &bytes) }
        }
        if let first = lead { CodePoint(first).append(to: &bytes) }
        self.init(uncheckedBytes: bytes)
    }

    init(uncheckedBytes bytes: [UInt8]) { self.bytes = bytes }

    /// The text; each half of a surrogate pair becomes U+FFFD.
    public var string: String {
        if let string = String(validating: bytes, as: UTF8.self) { return string }
        return String(decoding: utf16, as: UTF16.self)
    }

    /// The UTF-16 code units.
    public var utf16: [UInt16] {
        bytes.withUnsafeBytes { bytes in
            var units: [UInt16] = []
            units.reserveCapacity(bytes.count)
            var offset = 0
            while offset < bytes.count {
                let (point, length) = CodePoint.decode(bytes, at: offset)
                point.appendUnits(to: &units)
                offset += length
            }
            return units
        }
    }

    /// The text, as ``string``.
    public var description: String { string }

    /// The bytes themselves if they are UTF-8.
    static func repaired(_ bytes: [UInt8]) -> [UInt8] {
        if bytes.allSatisfy({ $0 < 0x80 }) { return bytes }
        return Array(String(decoding: bytes, as: UTF8.self).utf8)
    }
}
