import DequeModule
import NIOCore
import NIOHTTP1
import Wire

/// Writes the answers of one connection, whole ones and those that come piece by piece.
final class AnswerWriter {
    /// How long a connection that is closing may still send.
    private static let lingerTime = TimeAmount.seconds(1)
    /// More than this is written without waiting for a flush, so that the channel can tell when it is full.
    private static let unsentLimit = 16_384

    /// The last answer was given; what still comes is thrown away.
    private(set) var isClosing = false
    private let executor: any RequestExecutor
    private var context: ChannelHandlerContext?
    private var socket: SocketWriter?
    private var onFinish: (() -> Void)?
    /// Pieces whose time has not come.
    private var pieces: Deque<(bytes: ByteBuffer, isLast: Bool)> = []
    /// Pieces that wait for a flush.
    private var unsent = ByteBuffer()

    init(executor: any RequestExecutor) { self.executor = executor }

    /// Calls `onFinish`, which it holds until `end`, after each answer that leaves the connection open.
    func begin(on context: ChannelHandlerContext, onFinish: @escaping () -> Void) {
        self.context = context
        self.socket = SocketWriter(context)
        self.onFinish = onFinish
    }

    func end() {
        context = nil
        socket = nil
        onFinish = nil
    }

    /// The connection is gone.
    func stop() { isClosing = true }

    // MARK: Whole answers

    func send(_ response: HTTPResponse, to request: HTTPRequest) {
        if executor.answerDelay == nil { return write(response, to: request) }
        delayed { [self] in write(response, to: request) }
    }

    func delayed(_ body: @escaping () -> Void) {
        guard let delay = executor.answerDelay, let context else { return body() }
        context.eventLoop.assumeIsolated().scheduleTask(in: delay, body)
    }

    func serialized(_ response: HTTPResponse, to request: HTTPRequest, keepsAlive: Bool) -> ByteBuffer {
        response.serialized(method: request.head.method, version: request.head.version, keepsAlive: keepsAlive) {
            executor.writeStamp(for: request.head, to: &$0)
        }
    }

    /// Asks for the body of a request.
    func sendContinue() { socket?.write(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")) }

    /// Answers bytes that are no request, and closes.
    func refuse(_ response: HTTPResponse) {
        guard let context else { return }
        let bytes = response.serialized(method: .GET, version: .http1_1, keepsAlive: false) {
            executor.writeStamp(for: nil, to: &$0)
        }
        writeAndClose(bytes, context)
    }

    private func write(_ response: HTTPResponse, to request: HTTPRequest) {
        let keepsAlive = keepsAlive(after: response, to: request)
        complete(serialized(response, to: request, keepsAlive: keepsAlive), keepsAlive)
    }

    private func keepsAlive(after response: HTTPResponse, to request: HTTPRequest) -> Bool {
        request.head.isKeepAlive && !response.closes && !response.endsWithConnection(request.head.version)
    }

    /// Writes the last bytes of an answer.
    private func complete(_ bytes: ByteBuffer, _ keepsAlive: Bool) {
        guard let context else { return }
        guard keepsAlive else { return writeAndClose(bytes, context) }
        socket?.write(bytes)
        onFinish?()
    }

    private func writeAndClose(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        isClosing = true
        let channel = context.channel
        context.writeAndFlush(NIOAny(bytes)).whenComplete { _ in
            // Closing both ways with bytes unread would reset the connection and lose the answer.
            channel.close(mode: .output, promise: nil)
            channel.eventLoop.scheduleTask(in: Self.lingerTime) { channel.close(promise: nil) }
        }
    }

    // MARK: Answers in pieces

    func stream(_ response: HTTPResponse, to request: HTTPRequest) -> AnswerStream {
        let form = AnswerStream.Form(
            isChunked: !response.endsWithConnection(request.head.version),
            keepsAlive: keepsAlive(after: response, to: request))
        let head = response.head(
            method: request.head.method, version: request.head.version, keepsAlive: form.keepsAlive
        ) { executor.writeStamp(for: request.head, to: &$0) }
        return AnswerStream(head, form, by: self)
    }

    /// Takes a piece of an answer; the first one comes with the head.
    func write(_ piece: [UInt8], isLast: Bool, behind head: ByteBuffer?, _ form: AnswerStream.Form) {
        guard executor.answerDelay == nil, pieces.isEmpty else {
            var bytes = head ?? ByteBuffer()
            bytes.writePiece(piece, isChunked: form.isChunked, isLast: isLast)
            return delay(bytes, isLast, form.keepsAlive)
        }
        if let head { if unsent.readableBytes == 0 { unsent = head } else { unsent.writeImmutableBuffer(head) } }
        unsent.writePiece(piece, isChunked: form.isChunked, isLast: isLast)
        written(isLast, form.keepsAlive, flushes: false)
    }

    /// One write for all pieces, since each would cost a system call.
    func flush() {
        let bytes = unsent
        unsent = ByteBuffer()
        if bytes.readableBytes > 0 { socket?.write(bytes) }
    }

    private func delay(_ bytes: ByteBuffer, _ isLast: Bool, _ keepsAlive: Bool) {
        let isDelayed = executor.answerDelay != nil
        pieces.append((bytes, isLast))
        // The first of those that wait is written, whichever delay ends first: their order must stay.
        // A delayed piece comes after the flush that was meant for it.
        delayed { [self] in
            guard let (bytes, isLast) = pieces.popFirst() else { return }
            unsent.writeImmutableBuffer(bytes)
            written(isLast, keepsAlive, flushes: isDelayed)
        }
    }

    /// A piece stands at the end of those that wait for a flush.
    private func written(_ isLast: Bool, _ keepsAlive: Bool, flushes: Bool) {
        if isLast {
            let all = unsent
            unsent = ByteBuffer()
            complete(all, keepsAlive)
        } else if flushes || unsent.readableBytes > Self.unsentLimit {
            flush()
        }
    }
}
