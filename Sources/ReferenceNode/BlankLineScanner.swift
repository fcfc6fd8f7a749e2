import NIOCore

/// Finds the ends of blank lines in a stream that is split anywhere.
struct BlankLineScanner {
    private enum State { case inLine, afterLineFeed, afterReturn }
    private var state = State.inLine

    /// The number of bytes up to and with the end of the first blank line; nil if there is none.
    mutating func firstEnd(in buffer: ByteBuffer) -> Int? {
        buffer.withUnsafeReadableBytes { bytes in
            for index in bytes.indices {
                switch (bytes[index], state) {
                case (UInt8(ascii: "\n"), .inLine): state = .afterLineFeed
                case (UInt8(ascii: "\n"), _):
                    state = .afterLineFeed
                    return index + 1
                case (UInt8(ascii: "\r"), .afterLineFeed): state = .afterReturn
                default: state = .inLine
                }
            }
            return nil
        }
    }
}
