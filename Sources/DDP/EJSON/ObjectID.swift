/// MongoDB's 12 bytes that name a document.
public struct ObjectID: Sendable, Hashable, CustomStringConvertible {
    /// 24 hexadecimal digits, lower case.
    public let hex: String

    /// Takes 24 hexadecimal digits of either case; nil for anything else.
    public init?(hex: String) {
        guard hex.utf8.count == 24, hex.utf8.allSatisfy({ ByteSearch.hexDigit($0) != nil }) else { return nil }
        self.hex = hex.lowercased()
    }

    /// The digits.
    public var description: String { hex }
}
