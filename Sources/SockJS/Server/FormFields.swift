/// Fields of a query or of a body of type `application/x-www-form-urlencoded`.
enum FormFields {
    private static let limit = 1_000

    /// The values of this name in order, as bytes. Of more than 1 000 fields the rest is not read, as in Node.js.
    static func values(of name: StaticString, in bytes: [UInt8]) -> [[UInt8]] {
        bytes.withUnsafeBytes { bytes in
            var values: [[UInt8]] = []
            var count = 0
            var start = 0
            while start < bytes.count, count < limit {
                let end = bytes[start...].firstIndex(of: UInt8(ascii: "&")) ?? bytes.count
                let field = bytes[start..<end]
                start = end + 1
                if field.isEmpty { continue }
                count += 1
                let mark = field.firstIndex(of: UInt8(ascii: "=")) ?? field.endIndex
                guard isNamed(field[..<mark], name) else { continue }
                values.append(mark < field.endIndex ? decoded(field[(mark + 1)...]) : [])
            }
            return values
        }
    }

    private static func isNamed(_ spelled: Slice<UnsafeRawBufferPointer>, _ name: StaticString) -> Bool {
        let name = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        // Nearly all names are spelled as they are.
        if spelled.elementsEqual(name) { return true }
        // Each byte of a name is spelled with at least one.
        return spelled.count > name.count && decoded(spelled).elementsEqual(name)
    }

    /// Plus is a blank, `%41` is `A`; what is no escape stays as it is.
    private static func decoded(_ spelled: Slice<UnsafeRawBufferPointer>) -> [UInt8] {
        let bytes = UnsafeRawBufferPointer(rebasing: spelled)
        return [UInt8](unsafeUninitializedCapacity: bytes.count) { plain, count in
            var index = 0
            while index < bytes.count {
                var byte = bytes[index]
                index += 1
                if byte == UInt8(ascii: "+") {
                    byte = 0x20
                } else if byte == UInt8(ascii: "%"), bytes.count - index >= 2, let high = digit(bytes[index]),
                    let low = digit(bytes[index + 1])
                {
                    byte = high << 4 | low
                    index += 2
                }
                plain.initializeElement(at: count, to: byte)
                count += 1
            }
        }
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
