/// RFC 4648 section 4, with padding and nothing but letters of the alphabet.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")
    private static let values: [UInt8?] = {
        var values = [UInt8?](repeating: nil, count: 256)
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for letter in 0..<4 {
                text.append(letter > group.count ? padding : alphabet[bits >> (18 - 6 * letter) & 63])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    static func decode(_ text: some StringProtocol) throws(HistogramError) -> [UInt8] {
        var letters = Array(text.utf8)
        guard letters.count % 4 == 0 else {
            throw .malformed("expected Base64 in groups of four, got \(letters.count) letters")
        }
        let padded = letters.reversed().prefix(2).prefix { $0 == padding }.count
        letters.removeLast(padded)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(letters.count * 3 / 4)
        var bits: UInt32 = 0
        for (index, letter) in letters.enumerated() {
            guard let value = values[Int(letter)] else {
                throw .malformed("expected a letter of Base64 at \(index), got byte \(letter)")
            }
            bits = bits << 6 | UInt32(value)
            if index % 4 > 0 { bytes.append(UInt8(truncatingIfNeeded: bits >> (6 - 2 * (index % 4)))) }
        }
        return bytes
    }
}
