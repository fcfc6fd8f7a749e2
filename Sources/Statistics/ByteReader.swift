/// Takes numbers off the front of bytes that may be anything.
struct ByteReader {
    private let bytes: [UInt8]
    private(set) var offset = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var remaining: Int { bytes.count - offset }

    mutating func byte() throws(HistogramError) -> UInt8 {
        guard remaining > 0 else { throw .malformed("it ends at byte \(offset), within a number") }
        defer { offset += 1 }
        return bytes[offset]
    }

    /// Big-endian.
    mutating func number<Number: FixedWidthInteger & UnsignedInteger>(
        _: Number.Type
    ) throws(HistogramError) -> Number {
        var number: Number = 0
        for _ in 0..<(Number.bitWidth / 8) { number = number << 8 | Number(try byte()) }
        return number
    }

    /// ZigZag in LEB128, where the ninth byte holds 8 bits and is the last.
    mutating func zigZag() throws(HistogramError) -> Int64 {
        var raw: UInt64 = 0
        for shift in stride(from: 0, through: 56, by: 7) {
            let byte = UInt64(try byte())
            raw |= (shift < 56 ? byte & 0x7F : byte) << shift
            if byte < 0x80 { break }
        }
        return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }
}

extension [UInt8] {
    /// Big-endian.
    mutating func append(bigEndian number: some FixedWidthInteger & UnsignedInteger) {
        for shift in stride(from: number.bitWidth - 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    /// ZigZag in LEB128, where the ninth byte holds 8 bits and is the last.
    mutating func append(zigZag number: Int64) {
        var raw = UInt64(bitPattern: number << 1 ^ number >> 63)
        for _ in 0..<8 {
            guard raw >= 0x80 else { break }
            append(UInt8(truncatingIfNeeded: raw) | 0x80)
            raw >>= 7
        }
        append(UInt8(truncatingIfNeeded: raw))
    }
}
