/// Whether bytes are UTF-8 (RFC 3629).
enum UTF8Check {
    static func isValid(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let base = bytes.baseAddress else { return true }
        let words = UnsafeRawPointer(base)
        var index = 0
        while index < bytes.count {
            if bytes.count - index >= 8, words.loadUnaligned(fromByteOffset: index, as: UInt64.self) & asciiMask == 0 {
                index += 8
                continue
            }
            let length = sequenceLength(bytes, at: index)
            guard length > 0 else { return false }
            index += length
        }
        return true
    }

    private static let asciiMask: UInt64 = 0x8080_8080_8080_8080

    /// Bytes of the sequence that begins here; 0 if none does.
    private static func sequenceLength(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
        func continues(_ offset: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
            index + offset < bytes.count && range.contains(bytes[index + offset])
        }
        let isValid: Bool
        let length: Int
        switch bytes[index] {
        case ..<0x80: return 1
        case 0xC2...0xDF: (length, isValid) = (2, continues(1))
        case 0xE0: (length, isValid) = (3, continues(1, 0xA0...0xBF) && continues(2))
        case 0xED: (length, isValid) = (3, continues(1, 0x80...0x9F) && continues(2))
        case 0xE1...0xEF: (length, isValid) = (3, continues(1) && continues(2))
        case 0xF0: (length, isValid) = (4, continues(1, 0x90...0xBF) && continues(2) && continues(3))
        case 0xF1...0xF3: (length, isValid) = (4, continues(1) && continues(2) && continues(3))
        case 0xF4: (length, isValid) = (4, continues(1, 0x80...0x8F) && continues(2) && continues(3))
        default: return 0
        }
        return isValid ? length : 0
    }
}
