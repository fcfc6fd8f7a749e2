import Glibc
import NIOCore

/// The bytes of the same frames through `memcpy`, into 64 KiB or more that are used again, as the output of an encoder is.
enum MemoryCopy {
    static func contender(_ traffic: FrameTraffic) -> Contender {
        let count = traffic.payload.readableBytes
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, FrameTraffic.readBytes), alignment: 16)
        return Contender(frames: traffic.frames) {
            var bytes = 0
            traffic.payload.withUnsafeReadableBytes { source in
                guard let from = source.baseAddress, let to = room.baseAddress else { return }
                var offset = 0
                for _ in 0..<traffic.frames {
                    if offset + count > room.count { offset = 0 }
                    memcpy(to + offset, from, count)
                    bytes &+= Int(room[offset])
                    offset += count
                }
            }
            return bytes
        }
    }
}
