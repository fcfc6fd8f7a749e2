import NIOCore

/// The bytes of a client's messages: `#12 ` and text that follows from the number, so that what comes back is compared
/// with what went out without being kept.
struct PayloadText: Sendable {
    /// Text to cut from; its length shares no factor with usual sizes, so that shifted text is seen as such.
    private static let block: [UInt8] = {
        let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_ ".utf8)
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        return (0..<4_093).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return letters[Int(state >> 33) % letters.count]
        }
    }()

    /// Tells the texts of one client from those of others.
    let salt: UInt32

    /// Writes the message of this number, `size` bytes of it at least as long as the number.
    func write(number: UInt32, size: Int, into bytes: inout [UInt8]) {
        bytes.removeAll(keepingCapacity: true)
        bytes.append(UInt8(ascii: "#"))
        Self.append(number, to: &bytes)
        bytes.append(UInt8(ascii: " "))
        var offset = start(of: number)
        while bytes.count < size {
            let count = min(size - bytes.count, Self.block.count - offset)
            bytes.append(contentsOf: Self.block[offset..<offset + count])
            offset = 0
        }
    }

    /// The number of a message; nil if it bears none.
    static func number(in bytes: UnsafeRawBufferPointer) -> (number: UInt32, textAt: Int)? {
        guard bytes.count >= 3, bytes[0] == UInt8(ascii: "#") else { return nil }
        var number: UInt32 = 0
        var index = 1
        while index < bytes.count, index <= 11 {
            let byte = bytes[index]
            if byte == UInt8(ascii: " ") { return index == 1 ? nil : (number, index + 1) }
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            let (tens, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, carries) = tens.addingReportingOverflow(UInt32(byte - UInt8(ascii: "0")))
            guard !overflow, !carries else { return nil }
            number = sum
            index += 1
        }
        return nil
    }

    /// Whether the text behind the number, from `textAt` on, is that of the message of this size.
    func isIntact(_ bytes: UnsafeRawBufferPointer, number: UInt32, textAt: Int, size: Int) -> Bool {
        guard bytes.count == max(size, textAt) else { return false }
        var offset = start(of: number)
        var index = textAt
        return Self.block.withUnsafeBytes { block in
            while index < bytes.count {
                let count = min(bytes.count - index, block.count - offset)
                for step in 0..<count where bytes[index + step] != block[offset + step] { return false }
                index += count
                offset = 0
            }
            return true
        }
    }

    private func start(of number: UInt32) -> Int {
        Int((UInt64(salt) &* 2_654_435_761 &+ UInt64(number) &* 40_503) % UInt64(Self.block.count))
    }

    private static func append(_ number: UInt32, to bytes: inout [UInt8]) {
        var place: UInt32 = 1
        while number / place > 9 { place *= 10 }
        while place > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(number / place % 10))
            place /= 10
        }
    }
}
