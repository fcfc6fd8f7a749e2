/// Fields of a query or of a body of type `application/x-www-form-urlencoded`.
enum FormFields {
    private static let limit = 1_000

    /// The values of this name in order, as bytes. Of more than 1 000 fields the rest is not read, as in Node.js.
    static func values(of name: StaticString, in bytes: UnsafeRawBufferPointer) -> [[UInt8]] {
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
            let room = UnsafeMutableRawBufferPointer(plain)
            var index = 0
            while index < bytes.count {
                let end = endOfPlain(in: bytes, from: index)
                room[count...].copyBytes(from: bytes[index..<end])
                count += end - index
                index = end
                guard index < bytes.count else { break }
                var byte = bytes[index]
                index += 1
                if byte == UInt8(ascii: "+") {
                    byte = 0x20
                } else if bytes.count - index >= 2, let high = digit(bytes[index]), let low = digit(bytes[index + 1]) {
                    byte = high << 4 | low
                    index += 2
                }
                room[count] = byte
                count += 1
            }
        }
    }

    /// The offset, from `start` on, of the first plus or percent sign; the count if there is none.
    private static func endOfPlain(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        let (ones, tops): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
        func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word }
        var offset = start
        while bytes.count - offset >= 8 {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            let found = (zeros(word ^ (ones &* 0x25)) | zeros(word ^ (ones &* 0x2B))) & tops
            // A borrow marks wrong bytes only behind a right one.
            if found != 0 { return offset + found.trailingZeroBitCount / 8 }
            offset += 8
        }
        while offset < bytes.count, bytes[offset] != 0x25, bytes[offset] != 0x2B { offset += 1 }
        return offset
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
