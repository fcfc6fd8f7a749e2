import NIOCore

/// Cuts a stream of bytes into lines of a bounded length.
struct LineSplitter: Sendable {
    private let limit: Int
    private var input = ByteBuffer()
    /// How much of the input is known to hold no line end.
    private var searched = 0

    /// Lines of at most so many bytes.
    init(limit: Int) { self.limit = limit }

    /// Bytes of memory that it holds.
    var capacity: Int { input.capacity }

    /// More of the stream.
    mutating func receive(_ bytes: ByteBuffer) {
        if input.readableBytes == 0 {
            input = bytes
            searched = 0
        } else {
            // Else a stream that never pauses between two lines would keep all it ever brought.
            if input.readerIndex > input.readableBytes { input.discardReadBytes() }
            input.writeImmutableBuffer(bytes)
        }
    }

    /// The next line, without its end; nil if more bytes are needed. Throws once a line is longer than allowed.
    mutating func next() throws(LineTooLong) -> ByteBuffer? {
        let unsearched = input.readableBytesView.dropFirst(searched)
        guard let end = unsearched.firstIndex(of: UInt8(ascii: "\n")) else {
            searched = input.readableBytes
            guard searched <= limit else { throw LineTooLong() }
            return nil
        }
        let length = end - input.readerIndex
        guard length <= limit else { throw LineTooLong() }
        searched = 0
        let line = input.readSlice(length: length)
        input.moveReaderIndex(forwardBy: 1)
        return line
    }
}

/// A line is longer than allowed.
struct LineTooLong: Error, Hashable {}
