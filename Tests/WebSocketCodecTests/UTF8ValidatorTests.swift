import Testing

@testable import WebSocketCodec

@Suite("UTF-8 validator")
struct UTF8ValidatorTests {
    private func isValid(_ bytes: [UInt8], splitAt split: Int) -> Bool {
        var validator = UTF8Validator()
        for piece in [bytes[..<split], bytes[split...]] {
            let bad = Array(piece).withUnsafeBytes { validator.firstInvalidByte(in: $0) }
            if bad != nil { return false }
        }
        return validator.isComplete
    }

    private func standardLibraryAccepts(_ bytes: [UInt8]) -> Bool {
        String(validating: bytes, as: UTF8.self) != nil
    }

    @Test("agrees with the standard library on every pair of bytes")
    func pairs() {
        var disagreements: [[UInt8]] = []
        for first in UInt8.min ... .max {
            for second in UInt8.min ... .max {
                let bytes = [first, second]
                let expected = standardLibraryAccepts(bytes)
                for split in 0...1 where isValid(bytes, splitAt: split) != expected { disagreements.append(bytes) }
            }
        }
        #expect(disagreements.isEmpty)
    }

    @Test("agrees with the standard library on sequences of boundary bytes")
    func boundaries() {
        let interesting: [UInt8] = [
            0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xEC, 0xED, 0xEE, 0xEF,
            0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
        ]
        var disagreements: [[UInt8]] = []
        for first in interesting where first >= 0xC0 {
            for second in interesting {
                for third in interesting {
                    for fourth: UInt8 in [0x7F, 0x80, 0xBF, 0xC2] {
                        let bytes = [first, second, third, fourth]
                        if isValid(bytes, splitAt: 2) != standardLibraryAccepts(bytes) { disagreements.append(bytes) }
                    }
                }
            }
        }
        #expect(disagreements.isEmpty)
    }

    @Test("finds a bad byte behind any amount of ASCII", arguments: 0..<80)
    func offset(ascii: Int) {
        let bytes = [UInt8](repeating: 0x61, count: ascii) + [0xFF] + [UInt8](repeating: 0x61, count: 9)
        var validator = UTF8Validator()
        #expect(bytes.withUnsafeBytes { validator.firstInvalidByte(in: $0) } == ascii)
    }
}
