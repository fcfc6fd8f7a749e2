import CZlib

/// A `z_stream` and its end. zlib keeps the address of the struct, so it lives on the heap.
///
/// Sendable: only `Inflater` and `Deflater` touch the pointer, and only through a reference they have found to be unique
/// (they copy the stream otherwise), the way Array treats its storage; a pool takes and gives unique references only.
final class ZlibStream: @unchecked Sendable {
    enum Direction: Hashable, Sendable {
        case inflate(windowBits: Int)
        case deflate(level: Int, windowBits: Int, memoryLevel: Int)
    }

    let direction: Direction
    let pointer: UnsafeMutablePointer<z_stream>

    /// Nil when zlib finds no memory.
    init?(_ direction: Direction) {
        self.direction = direction
        pointer = .allocate(capacity: 1)
        pointer.initialize(to: z_stream())
        let status =
            switch direction {
            case .inflate(let windowBits):
                stickler_inflateInit2(pointer, -Int32(windowBits))
            case .deflate(let level, let windowBits, let memoryLevel):
                stickler_deflateInit2(
                    pointer, Int32(level), Z_DEFLATED, -Int32(windowBits), Int32(memoryLevel), Z_DEFAULT_STRATEGY)
            }
        // After a failed init zlib holds nothing, and its end functions accept such a stream.
        guard status == Z_OK else { return nil }
    }

    /// An independent copy with the same window and state.
    init?(copying other: ZlibStream) {
        direction = other.direction
        pointer = .allocate(capacity: 1)
        pointer.initialize(to: z_stream())
        let status =
            switch direction {
            case .inflate: inflateCopy(pointer, other.pointer)
            case .deflate: deflateCopy(pointer, other.pointer)
            }
        guard status == Z_OK else {
            // A failed copy may leave the other's state behind, which isn't ours to end.
            pointer.pointee.state = nil
            return nil
        }
    }

    deinit {
        switch direction {
        case .inflate: inflateEnd(pointer)
        case .deflate: deflateEnd(pointer)
        }
        pointer.deallocate()
    }

    /// Runs `body` with input and output set, then takes both pointers away again.
    ///
    /// - Returns: zlib's status, how many bytes of `input` it took and how many it wrote to `output`.
    func run(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer,
        _ body: (UnsafeMutablePointer<z_stream>) -> Int32
    ) -> (status: Int32, consumed: Int, produced: Int) {
        let available = UInt32(clamping: input.count)
        let space = UInt32(clamping: output.count)
        pointer.pointee.next_in = UnsafeMutablePointer(mutating: input.assumingMemoryBound(to: UInt8.self).baseAddress)
        pointer.pointee.avail_in = available
        pointer.pointee.next_out = output.assumingMemoryBound(to: UInt8.self).baseAddress
        pointer.pointee.avail_out = space
        defer {
            pointer.pointee.next_in = nil
            pointer.pointee.avail_in = 0
            pointer.pointee.next_out = nil
            pointer.pointee.avail_out = 0
        }
        let status = body(pointer)
        return (status, Int(available - pointer.pointee.avail_in), Int(space - pointer.pointee.avail_out))
    }
}

extension Optional<ZlibStream> {
    /// The stream if it belongs to the caller alone, a copy if not; if there is none, one of the pool or a new one.
    /// Nil without memory.
    mutating func unique(orNew direction: ZlibStream.Direction, from pool: DeflateContextPool? = nil) -> ZlibStream? {
        if case nil = self {
            self = pool?.take(direction) ?? ZlibStream(direction)
        } else if !isKnownUniquelyReferenced(&self), let shared = self {
            self = ZlibStream(copying: shared)
        }
        return self
    }
}
