import NIOCore

extension ByteBuffer {
    /// Takes more bytes of a connection behind those that were not read yet, in storage of its own.
    mutating func appendUnread(_ bytes: ByteBuffer) {
        if readableBytes == 0 {
            self = bytes
            return
        }
        if readerIndex > 0 {
            // What was read must not stay for as long as a peer keeps us one byte short.
            var unread = ByteBuffer()
            unread.reserveCapacity(readableBytes + bytes.readableBytes)
            unread.writeBytes(readableBytesView)
            self = unread
        }
        writeImmutableBuffer(bytes)
    }
}
