/// Numbers as JavaScript writes them (ECMA-262 6.1.6.1.20).
enum JavaScriptNumber {
    /// Appends a number; what is not finite is `null`, as in `JSON.stringify`.
    static func append(_ value: Double, to bytes: inout [UInt8]) {
        if let whole = Int64(exactly: value), whole.magnitude <= 1 << 53 { return append(whole, to: &bytes) }
        guard value.isFinite else { return bytes += "null".utf8 }
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        let (digits, point) = shortestDigits(value.magnitude)
        switch point {
        case digits.count...21:
            bytes += digits
            zeros(point - digits.count, to: &bytes)
        case 1...21:
            bytes += digits[..<point]
            bytes.append(UInt8(ascii: "."))
            bytes += digits[point...]
        case -5...0:
            bytes += "0.".utf8
            zeros(-point, to: &bytes)
            bytes += digits
        default:
            bytes.append(digits[0])
            if digits.count > 1 {
                bytes.append(UInt8(ascii: "."))
                bytes += digits[1...]
            }
            bytes += point > 0 ? "e+".utf8 : "e-".utf8
            bytes += String((point - 1).magnitude).utf8
        }
    }

    static func text(_ value: Double) -> String {
        var bytes: [UInt8] = []
        append(value, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func append(_ whole: Int64, to bytes: inout [UInt8]) {
        if whole < 0 { bytes.append(UInt8(ascii: "-")) }
        var rest = whole.magnitude
        if rest < 10 { return bytes.append(UInt8(truncatingIfNeeded: rest) + 0x30) }
        let start = bytes.count
        while rest > 0 {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            bytes.append(UInt8(truncatingIfNeeded: digit) + 0x30)
            rest = quotient
        }
        bytes[start...].reverse()
    }

    private static func zeros(_ count: Int, to bytes: inout [UInt8]) {
        for _ in 0..<count { bytes.append(0x30) }
    }

    /// The fewest digits that name the value, and where its decimal point stands among them.
    private static func shortestDigits(_ value: Double) -> (digits: [UInt8], point: Int) {
        let parts = value.description.split(separator: "e")
        let mantissa = Array(parts[0].utf8)
        let whole = mantissa.firstIndex(of: UInt8(ascii: ".")) ?? mantissa.count
        var digits = mantissa.filter { $0 != UInt8(ascii: ".") }
        while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
        let leading = digits.prefix { $0 == UInt8(ascii: "0") }.count
        digits.removeFirst(leading)
        return (digits, whole - leading + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0))
    }
}
