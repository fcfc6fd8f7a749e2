/// A Unicode code point, surrogates included.
struct CodePoint: Hashable {
    let value: UInt32

    static let replacement = CodePoint(UInt16(0xFFFD))

    init(_ unit: UInt16) { value = UInt32(unit) }

    /// A pair of surrogates.
    init(lead: UInt16, trail: UInt16) {
        value = 0x10000 + (UInt32(lead & 0x3FF) << 10) + UInt32(trail & 0x3FF)
    }

    private init(value: UInt32) { self.value = value }

    /// Reads generalised UTF-8 and how many bytes were read; bytes that are none read as U+FFFD, one at a time.
    static func decode(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> (CodePoint, Int) {
        let first = bytes[offset]
        let length: Int
        var value: UInt32
        switch first {
        case 0..<0x80: return (CodePoint(value: UInt32(first)), 1)
        case 0xC2..<0xE0: (length, value) = (2, UInt32(first & 0x1F))
        case 0xE0..<0xF0: (length, value) = (3, UInt32(first & 0x0F))
        case 0xF0..<0xF5: (length, value) = (4, UInt32(first & 0x07))
        default: return (replacement, 1)
        }
        guard bytes.count - offset >= length else { return (replacement, 1) }
        for byte in bytes[(offset + 1)..<(offset + length)] {
            guard byte & 0xC0 == 0x80 else { return (replacement, 1) }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        return value <= 0x10FFFF ? (CodePoint(value: value), length) : (replacement, 1)
    }

    func append(to bytes: inout [UInt8]) {
        switch value {
        case 0..<0x80: bytes.append(UInt8(truncatingIfNeeded: value))
        case 0x80..<0x800:
            bytes.append(0xC0 | UInt8(truncatingIfNeeded: value >> 6))
            bytes.append(continuation(0))
        case 0x800..<0x10000:
            bytes.append(0xE0 | UInt8(truncatingIfNeeded: value >> 12))
            bytes.append(continuation(6))
            bytes.append(continuation(0))
        default:
            bytes.append(0xF0 | UInt8(truncatingIfNeeded: value >> 18))
            bytes.append(continuation(12))
            bytes.append(continuation(6))
            bytes.append(continuation(0))
        }
    }

    func appendUnits(to units: inout [UInt16]) {
        if value < 0x10000 { return units.append(UInt16(truncatingIfNeeded: value)) }
        units.append(0xD800 | UInt16(truncatingIfNeeded: (value - 0x10000) >> 10))
        units.append(0xDC00 | UInt16(truncatingIfNeeded: value & 0x3FF))
    }

    private func continuation(_ shift: UInt32) -> UInt8 { 0x80 | UInt8(truncatingIfNeeded: value >> shift) & 0x3F }
}
