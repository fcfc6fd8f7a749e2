import NIOCore

/// The 4 bytes a client's payload is masked with (RFC 6455 §5.3).
public struct MaskingKey: Hashable, Sendable {
    /// The key's bytes as a number whose lowest byte is the first on the wire.
    let word: UInt32

    init(word: UInt32) {
        self.word = word
    }

    /// A key from its bytes in wire order.
    public init(_ first: UInt8, _ second: UInt8, _ third: UInt8, _ fourth: UInt8) {
        word = UInt32(first) | UInt32(second) << 8 | UInt32(third) << 16 | UInt32(fourth) << 24
    }

    /// The key as the wire has it, most significant byte first.
    var bigEndianValue: UInt32 { word.byteSwapped }

    /// The key for payload that begins `offset` bytes after the frame's first payload byte.
    func rotated(by offset: Int) -> MaskingKey {
        let shift = UInt32(truncatingIfNeeded: offset & 3) * 8
        return MaskingKey(word: word &>> shift | word &<< ((32 - shift) & 31))
    }

    /// Writes `source` xor the key to `destination`, which must have at least as many bytes and be other memory.
    ///
    /// 64 bytes a step with unaligned loads: the optimizer makes vector code of it, and it stays quick in debug builds.
    func apply(from source: UnsafeRawBufferPointer, to destination: UnsafeMutableRawBufferPointer) {
        let count = min(source.count, destination.count)
        guard count > 0, let from = source.baseAddress, let to = destination.baseAddress else { return }
        let pattern = (UInt64(word) << 32 | UInt64(word)).littleEndian
        let wide = SIMD4(repeating: pattern)
        var index = 0
        while index &+ 64 <= count {
            let first = from.loadUnaligned(fromByteOffset: index, as: SIMD4<UInt64>.self)
            let second = from.loadUnaligned(fromByteOffset: index &+ 32, as: SIMD4<UInt64>.self)
            to.storeBytes(of: first ^ wide, toByteOffset: index, as: SIMD4<UInt64>.self)
            to.storeBytes(of: second ^ wide, toByteOffset: index &+ 32, as: SIMD4<UInt64>.self)
            index &+= 64
        }
        while index &+ 8 <= count {
            let value = from.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            to.storeBytes(of: value ^ pattern, toByteOffset: index, as: UInt64.self)
            index &+= 8
        }
        if index == count { return }
        if count >= 8 {
            // The last 8 bytes, some of them for the second time, with the key as it stands there.
            let value = from.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
            let shift = UInt64(truncatingIfNeeded: count & 3) &* 8
            let turned = UInt64(littleEndian: pattern)
            let last = (turned &>> shift | turned &<< ((64 &- shift) & 63)).littleEndian
            to.storeBytes(of: value ^ last, toByteOffset: count &- 8, as: UInt64.self)
            return
        }
        var rest = UInt64(littleEndian: pattern)
        while index < count {
            let value = from.load(fromByteOffset: index, as: UInt8.self)
            to.storeBytes(of: value ^ UInt8(truncatingIfNeeded: rest), toByteOffset: index, as: UInt8.self)
            rest &>>= 8
            index &+= 1
        }
    }
}

extension ByteBuffer {
    /// Appends the readable bytes of `other` xor `key`, copying and masking in one pass.
    mutating func writeMasked(_ other: ByteBuffer, key: MaskingKey) {
        let count = other.readableBytes
        if count == 0 { return }
        other.withUnsafeReadableBytes { source in
            _ = writeWithUnsafeMutableBytes(minimumWritableBytes: count) { destination in
                key.apply(from: source, to: destination)
                return count
            }
        }
    }
}
