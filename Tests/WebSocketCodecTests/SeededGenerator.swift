import NIOCore

@testable import WebSocketCodec

/// A fixed sequence of numbers, the same in every run.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func int(_ range: Range<Int>) -> Int { Int.random(in: range, using: &self) }

    mutating func bytes(_ count: Int) -> ByteBuffer {
        ByteBuffer(bytes: (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) })
    }

    /// Text of scalars of all widths, at most `count` bytes.
    mutating func text(_ count: Int) -> ByteBuffer {
        var text = ByteBuffer()
        while true {
            let scalar = ["a", "{\"msg\":\"ping\"}", "é", "€", "😀", "\u{0}", "\u{10FFFF}"][int(0..<7)]
            if text.readableBytes + scalar.utf8.count > count { return text }
            text.writeString(scalar)
        }
    }

    mutating func key() -> MaskingKey { MaskingKey(word: UInt32(truncatingIfNeeded: next())) }

    /// Cuts `bytes` into pieces of 0 to `longest` bytes.
    mutating func pieces(of bytes: ByteBuffer, longest: Int) -> [ByteBuffer] {
        var rest = bytes
        var pieces: [ByteBuffer] = []
        while rest.readableBytes > 0 {
            pieces.append(rest.readSlice(length: min(int(0..<longest + 1), rest.readableBytes)) ?? ByteBuffer())
        }
        return pieces
    }
}
