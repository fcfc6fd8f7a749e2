import CZlib
import NIOCore

/// Inflates a gzip body (RFC 1952) a bounded step at a time, whatever the split of its bytes.
struct GzipInflater: ~Copyable {
    private let stream: UnsafeMutablePointer<z_stream>
    /// Whether all members so far are complete.
    private(set) var isAtEnd = true

    /// It throws when zlib finds no memory.
    init() throws(WireError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15 bits of window, and 16 more ask for the gzip wrapper.
        guard stickler_inflateInit2(stream, 15 + 16) == Z_OK else {
            stream.deallocate()
            throw .malformed("zlib has no memory to inflate the body")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Takes what it can of `input` and gives at most so many bytes; call it again until `input` is empty.
    mutating func inflate(_ input: inout ByteBuffer, atMost limit: Int) throws(WireError) -> ByteBuffer {
        var output = ByteBuffer()
        output.reserveCapacity(limit)
        while input.readableBytes > 0, output.readableBytes < limit {
            if isAtEnd {
                // Several members may follow each other.
                guard inflateReset(stream) == Z_OK else { throw .malformed("zlib lost its state") }
                isAtEnd = false
            }
            var status = Z_OK
            let space = limit - output.readableBytes
            let before = input.readableBytes
            input.readWithUnsafeReadableBytes { bytes in
                stream.pointee.next_in = UnsafeMutablePointer(
                    mutating: bytes.assumingMemoryBound(to: UInt8.self).baseAddress)
                stream.pointee.avail_in = UInt32(clamping: bytes.count)
                let offered = Int(stream.pointee.avail_in)
                output.writeWithUnsafeMutableBytes(minimumWritableBytes: space) { free in
                    stream.pointee.next_out = free.assumingMemoryBound(to: UInt8.self).baseAddress
                    stream.pointee.avail_out = UInt32(clamping: min(space, free.count))
                    let room = Int(stream.pointee.avail_out)
                    status = CZlib.inflate(stream, Z_SYNC_FLUSH)
                    return room - Int(stream.pointee.avail_out)
                }
                return offered - Int(stream.pointee.avail_in)
            }
            stream.pointee.next_in = nil
            stream.pointee.next_out = nil
            switch status {
            case Z_STREAM_END: isAtEnd = true
            case Z_OK: break
            case Z_BUF_ERROR where input.readableBytes < before || input.readableBytes == 0: break
            default: throw .malformed("the body is no gzip (zlib says \(status)), though Content-Encoding says so")
            }
        }
        return output
    }
}
