/// Fields of a query or of a body of type `application/x-www-form-urlencoded`.
enum FormFields {
    private static let limit = 1_000

    /// The values of this name in order. Of more than 1 000 fields the rest is not read, as in Node.js.
    static func values(of name: String, in bytes: [UInt8]) -> [String] {
        var values: [String] = []
        let fields = bytes.split(separator: UInt8(ascii: "&"), maxSplits: limit)
        for field in fields.prefix(limit) {
            let parts = field.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard decoded(parts[0]) == name else { continue }
            values.append(parts.count == 2 ? decoded(parts[1]) : "")
        }
        return values
    }

    /// Plus is a blank, `%41` is `A`; what is no escape stays as it is.
    private static func decoded(_ bytes: ArraySlice<UInt8>) -> String {
        var plain: [UInt8] = []
        plain.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "+"): plain.append(0x20)
            case UInt8(ascii: "%"):
                guard bytes.endIndex - index >= 2, let high = digit(bytes[index]), let low = digit(bytes[index + 1])
                else {
                    plain.append(byte)
                    continue
                }
                plain.append(high << 4 | low)
                index += 2
            default: plain.append(byte)
            }
        }
        return String(decoding: plain, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
