import NIOCore
import NIOHTTP1
import Wire

/// Writes the messages of one HTTP/1.1 connection: head, body and end go to the socket in one piece where they come
/// together.
final class MessageWriter {
    /// A piece of a body from this size on is not copied to what waits.
    private static let copied = 4_096
    /// When so much waits, it goes out without a flush.
    private static let roomy = 65_536
    /// Most room that is kept for the next message.
    private static let kept = 2_048

    private let socket: SocketWriter
    // Not checked for exclusive access: used on the event loop only, and nothing is called while one of them is changed.
    @exclusivity(unchecked) private var waiting = ByteBuffer()
    @exclusivity(unchecked) private var isChunked = false

    /// A writer for the handler of this context, which writes in no other way.
    init(_ context: ChannelHandlerContext) { socket = SocketWriter(context) }

    // MARK: Parts

    /// A head that was made before.
    func write(_ head: ForwardedHead) {
        waiting.writeBytes(head.text)
        isChunked = head.isChunked
    }

    /// The text of a head.
    func writeHead(_ text: [UInt8], isChunked: Bool) {
        waiting.writeBytes(text)
        self.isChunked = isChunked
    }

    /// A piece of the body.
    func write(_ body: ByteBuffer) {
        // An empty chunk would be the last one.
        guard body.readableBytes > 0 else { return }
        if isChunked {
            waiting.writeString(String(body.readableBytes, radix: 16))
            waiting.writeStaticString("\r\n")
        }
        if body.readableBytes < Self.copied {
            waiting.writeImmutableBuffer(body)
        } else {
            flush()
            socket.write(body)
        }
        if isChunked { waiting.writeStaticString("\r\n") }
        if waiting.readableBytes >= Self.roomy { flush() }
    }

    /// The end of the message.
    func writeEnd(_ trailers: HTTPHeaders?) {
        guard isChunked else { return }
        var text = Array("0\r\n".utf8)
        if let trailers { text.appendFields(trailers) }
        text.append(fixed: "\r\n")
        waiting.writeBytes(text)
    }

    // MARK: Socket

    /// Sends what waits.
    func flush() {
        guard waiting.readableBytes > 0 else { return }
        // Taken out first: a write may call back, and must find nothing to send again.
        var bytes = ByteBuffer()
        swap(&bytes, &waiting)
        socket.write(bytes)
        guard bytes.capacity <= Self.kept, waiting.readableBytes == 0 else { return }
        bytes.clear()
        waiting = bytes
    }
}
