import NIOCore
import TestSupport

@testable import WebSocketCodec

/// A fixed sequence of numbers, the same in every run.
struct SeededGenerator: RandomNumberGenerator {
    private var numbers: SplitMix

    init(state: UInt64) { numbers = SplitMix(state: state) }

    mutating func next() -> UInt64 { numbers.next() }

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
