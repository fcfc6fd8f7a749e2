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
    private var waiting = ByteBuffer()
    private var isChunked = false

    /// A writer for the handler of this context, which writes in no other way.
    init(_ context: ChannelHandlerContext) { socket = SocketWriter(context) }

    // MARK: Parts

    /// The head of a request, whose fields say how its body is delimited.
    func write(_ head: HTTPRequestHead) {
        waiting.reserveCapacity(minimumWritableBytes: 512)
        waiting.writeString(head.method.rawValue)
        waiting.writeStaticString(" ")
        waiting.writeString(head.uri)
        waiting.writeStaticString(" HTTP/1.1\r\n")
        write(head.headers)
        isChunked = Self.isChunked(head.headers)
    }

    /// The head of an answer, whose fields say how its body is delimited.
    func write(_ head: HTTPResponseHead) {
        waiting.reserveCapacity(minimumWritableBytes: 512)
        waiting.writeStaticString("HTTP/1.1 ")
        waiting.writeString(String(head.status.code))
        waiting.writeStaticString(" ")
        waiting.writeString(head.status.reasonPhrase)
        waiting.writeStaticString("\r\n")
        write(head.headers)
        isChunked = Self.isChunked(head.headers)
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
        waiting.writeStaticString("0\r\n")
        write(trailers ?? HTTPHeaders())
    }

    private func write(_ fields: HTTPHeaders) {
        for (name, value) in fields {
            waiting.writeString(name)
            waiting.writeStaticString(": ")
            waiting.writeString(value)
            waiting.writeStaticString("\r\n")
        }
        waiting.writeStaticString("\r\n")
    }

    private static func isChunked(_ fields: HTTPHeaders) -> Bool { fields.contains(name: "transfer-encoding") }

    // MARK: Socket

    /// Sends what waits.
    func flush() {
        guard waiting.readableBytes > 0 else { return }
        socket.write(waiting)
        if waiting.capacity <= Self.kept { waiting.clear() } else { waiting = ByteBuffer() }
    }
}
