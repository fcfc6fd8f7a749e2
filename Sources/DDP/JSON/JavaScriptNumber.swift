/// Numbers as JavaScript writes them (ECMA-262 6.1.6.1.20).
enum JavaScriptNumber {
    /// Appends a number; what is not finite is `null`, as in `JSON.stringify`.
    static func append(_ value: Double, to bytes: inout ByteSink) {
        if let whole = whole(value) {
            if whole < 0 { bytes.append(UInt8(ascii: "-")) }
            return append(whole.magnitude, to: &bytes)
        }
        guard value.isFinite else { return bytes.append("null") }
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        if appendShortFraction(value.magnitude, to: &bytes) { return }
        let (digits, point) = shortestDigits(value.magnitude)
        switch point {
        case digits.count...21:
            bytes.append(digits)
            zeros(point - digits.count, to: &bytes)
        case 1...21:
            bytes.append(digits[..<point])
            bytes.append(UInt8(ascii: "."))
            bytes.append(digits[point...])
        case -5...0:
            bytes.append("0.")
            zeros(-point, to: &bytes)
            bytes.append(digits)
        default:
            bytes.append(digits[0])
            if digits.count > 1 {
                bytes.append(UInt8(ascii: "."))
                bytes.append(digits[1...])
            }
            bytes.append(point > 0 ? "e+" : "e-")
            append(UInt64((point - 1).magnitude), to: &bytes)
        }
    }

    /// The integer that a double is, if all around it are doubles too. Nothing here calls libm, which a program that
    /// imports DDP alone would not link.
    static func whole(_ value: Double) -> Int64? {
        guard value.magnitude <= 9_007_199_254_740_992, Double(Int64(value)) == value else { return nil }
        return Int64(value)
    }

    /// Writes a number of at most four decimals and fifteen digits, which need no search for the shortest spelling:
    /// no other number of as many digits is this double.
    private static func appendShortFraction(_ value: Double, to bytes: inout ByteSink) -> Bool {
        guard value >= 1e-3, value < 1e11 else { return false }
        var power = 1.0
        for decimals in 1...4 {
            power *= 10
            let scaled = UInt64(value * power + 0.5)
            guard Double(scaled) / power == value else { continue }
            let (whole, fraction) = scaled.quotientAndRemainder(dividingBy: UInt64(power))
            append(whole, to: &bytes)
            bytes.append(UInt8(ascii: "."))
            var rest = fraction
            var place = UInt64(power) / 10
            for _ in 0..<decimals {
                bytes.append(UInt8(truncatingIfNeeded: rest / place) + 0x30)
                rest %= place
                place = max(1, place / 10)
            }
            return true
        }
        return false
    }

    private static func append(_ whole: UInt64, to bytes: inout ByteSink) {
        var divisor: UInt64 = 1
        while whole / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(truncatingIfNeeded: whole / divisor % 10) + 0x30)
            divisor /= 10
        }
    }

    private static func zeros(_ count: Int, to bytes: inout ByteSink) {
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
