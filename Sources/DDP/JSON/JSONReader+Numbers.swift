extension JSONReader {
    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// The double that JavaScript takes a number for.
    mutating func number() throws(JSONError) -> Double {
        let start = offset
        let isNegative = next == UInt8(ascii: "-")
        if isNegative { offset += 1 }
        var mantissa: UInt64 = 0
        var scale = 0
        let first = offset
        if next == UInt8(ascii: "0") { offset += 1 } else { try digits("a value", into: &mantissa) }
        var significant = offset - first
        if next == UInt8(ascii: ".") {
            offset += 1
            let point = offset
            try digits("a digit", into: &mantissa)
            scale = point - offset
            significant -= scale
        }
        var isSimple = significant <= 19 && mantissa <= 1 << 53
        if next | 0x20 == UInt8(ascii: "e") {
            offset += 1
            let exponentIsNegative = next == UInt8(ascii: "-")
            if exponentIsNegative || next == UInt8(ascii: "+") { offset += 1 }
            var exponent: UInt64 = 0
            let digits = offset
            try self.digits("a digit", into: &exponent)
            isSimple = isSimple && offset - digits <= 4
            if isSimple { scale += exponentIsNegative ? -Int(exponent) : Int(exponent) }
        }
        // Both factors are exact, so one rounding gives the nearest double.
        if isSimple, scale >= -22, scale <= 22 {
            let magnitude = Double(mantissa)
            let value = scale < 0 ? magnitude / Self.powersOfTen[-scale] : magnitude * Self.powersOfTen[scale]
            return isNegative ? -value : value
        }
        return try slowNumber(start)
    }

    private func slowNumber(_ start: Int) throws(JSONError) -> Double {
        guard offset - start <= JSONLimits.numberBytes else {
            throw JSONError(expected: "a number of at most \(JSONLimits.numberBytes) bytes", offset: start)
        }
        let text = String(decoding: UnsafeBufferPointer(start: bytes + start, count: offset - start), as: UTF8.self)
        guard let value = Double(text) else { throw JSONError(expected: "a number", offset: start) }
        return value
    }

    /// At least one digit; what they spell is right up to 19 of them.
    private mutating func digits(_ expected: String, into value: inout UInt64) throws(JSONError) {
        let start = offset
        while offset < count {
            let digit = bytes[offset] &- 0x30
            guard digit <= 9 else { break }
            value = value &* 10 &+ UInt64(digit)
            offset += 1
        }
        guard offset > start else { throw error(expected) }
    }
}
