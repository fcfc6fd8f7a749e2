/// RFC 4648 section 4, read as leniently as Meteor reads it: padding may be missing, and what is no letter of the
/// alphabet counts as zero bits.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0, count: 256)
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let rest = bytes.count - start
            let group =
                UInt32(bytes[start]) << 16 | (rest > 1 ? UInt32(bytes[start + 1]) << 8 : 0)
                | (rest > 2 ? UInt32(bytes[start + 2]) : 0)
            text.append(alphabet[Int(group >> 18)])
            text.append(alphabet[Int(group >> 12 & 63)])
            text.append(rest > 1 ? alphabet[Int(group >> 6 & 63)] : UInt8(ascii: "="))
            text.append(rest > 2 ? alphabet[Int(group & 63)] : UInt8(ascii: "="))
        }
        return String(decoding: text, as: UTF8.self)
    }

    static func decode(_ text: String) throws(EJSONError) -> [UInt8] {
        var letters: [UInt8] = []
        letters.reserveCapacity(text.utf8.count)
        // One letter for each UTF-16 unit, as JavaScript counts them.
        for unit in text.utf16 { letters.append(unit < 0x80 ? UInt8(unit) : 0) }
        var units = letters.count
        if letters.last == UInt8(ascii: "=") { units -= 1 }
        if letters.count > 1, letters[letters.count - 2] == UInt8(ascii: "=") { units -= 1 }
        let length = units * 3 / 4
        var bytes: [UInt8] = []
        bytes.reserveCapacity(length)
        var bits: UInt32 = 0
        for (index, letter) in letters.enumerated() {
            let isPadding = letter == UInt8(ascii: "=")
            guard !isPadding || index % 4 > 1 else { throw .malformedBinary }
            bits = bits << 6 | UInt32(values[Int(letter)])
            if !isPadding, index % 4 > 0 {
                bytes.append(UInt8(truncatingIfNeeded: bits >> [0, 4, 2, 0][index % 4]))
            }
        }
        if bytes.count > length { bytes.removeLast(bytes.count - length) }
        return bytes
    }
}
