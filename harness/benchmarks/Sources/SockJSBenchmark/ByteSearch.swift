import Glibc
import NIOCore

extension UnsafeRawBufferPointer {
    /// Where these bytes begin, at or after `start`; nil if they are not there.
    func offset(of wanted: StaticString, from start: Int = 0) -> Int? {
        guard let baseAddress else { return nil }
        let length = wanted.utf8CodeUnitCount
        var start = start
        while start + length <= count {
            guard let found = memchr(baseAddress + start, Int32(wanted.utf8Start[0]), count - start - length + 1)
            else { return nil }
            if memcmp(found, wanted.utf8Start, length) == 0 { return UnsafeRawPointer(found) - baseAddress }
            start = UnsafeRawPointer(found) - baseAddress + 1
        }
        return nil
    }
}

extension ByteBuffer {
    /// Bytes before the first of these; nil if they are not there.
    func distance(to end: StaticString) -> Int? { withUnsafeReadableBytes { $0.offset(of: end) } }
}
