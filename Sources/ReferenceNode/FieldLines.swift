import NIOCore

/// Header fields as they go out, each with its line end.
struct FieldLines: ExpressibleByDictionaryLiteral {
    private(set) var bytes = ByteBuffer()

    init() {}

    init(_ fields: some Sequence<(String, String)>) {
        for (name, value) in fields { append(name, value) }
    }

    init(dictionaryLiteral fields: (String, String)...) { self.init(fields) }

    mutating func append(_ name: String, _ value: String) { bytes.writeField(name, value) }

    mutating func append(_ other: FieldLines) { bytes.writeImmutableBuffer(other.bytes) }
}

extension ByteBuffer {
    mutating func writeField(_ name: String, _ value: String) {
        let count = name.utf8.count + value.utf8.count + 4
        // Once for the whole line: each write on its own would ask whether the buffer is shared.
        writeWithUnsafeMutableBytes(minimumWritableBytes: count) { bytes in
            var end = bytes.copy(name, at: 0)
            bytes[end] = UInt8(ascii: ":")
            bytes[end + 1] = 0x20
            end = bytes.copy(value, at: end + 2)
            bytes[end] = 0x0D
            bytes[end + 1] = 0x0A
            return count
        }
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Copies a text to this offset, and returns the offset behind it.
    fileprivate func copy(_ text: String, at offset: Int) -> Int {
        var text = text
        return text.withUTF8 { utf8 in
            UnsafeMutableRawBufferPointer(rebasing: self[offset...]).copyMemory(from: UnsafeRawBufferPointer(utf8))
            return offset + utf8.count
        }
    }
}
