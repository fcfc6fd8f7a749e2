extension UInt8 {
    /// Whether it is an ASCII letter or digit.
    var isLetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    /// Whether it is one of these, or a letter or digit.
    func isLetterOrDigit(or others: StaticString) -> Bool {
        isLetterOrDigit || others.withUTF8Buffer { $0.contains(self) }
    }
}
