package import NIOCore
import NIOHTTP1

/// Reads the answers of one connection to requests other than `CONNECT`, split anywhere, as strictly as RFC 9112 allows:
/// what two readers could understand differently is an error.
///
/// Feed bytes with ``receive(_:)`` and the end of the connection with ``receiveEnd()``, and take events until nil. Behind
/// the `.end` of a 101 stands another protocol, which ``takeRest()`` hands over.
package struct ResponseParser: Sendable {
    /// An answer comes as its head, any number of pieces of its body, and its end.
    package enum Event: Sendable {
        /// Status and fields of an interim answer, 1xx other than 101; the true one follows.
        case interim(ResponseHead)
        /// Status and fields.
        case head(ResponseHead)
        /// More of the body.
        case body(ByteBuffer)
        /// The answer is complete.
        case end
    }

    private enum State: Sendable {
        case head
        case body(BodyReader)
        case end(isSwitched: Bool)
        case switched
        case failed(HTTPSyntaxError)
    }

    private var state = State.head
    private var scanner = HeadScanner<StatusLine>()
    private var input = ByteBuffer()
    private var hasEnded = false
    /// Whether the connection may bear another request after the answer that was read last.
    package private(set) var mayReuse = true
    /// Whether the next answer is one to `HEAD`, which has no body whatever its fields say.
    package var isForHead = false
    /// The fields behind the last chunk of the answer that was read last.
    package private(set) var trailers: [(name: String, value: String)] = []

    /// A parser before the first answer.
    package init() {}

    /// Bytes that were received and not yet read.
    package var unreadBytes: Int { input.readableBytes }

    /// Takes bytes of the connection.
    package mutating func receive(_ bytes: ByteBuffer) {
        if case .failed = state { return }
        input.appendUnread(bytes)
    }

    /// The peer sends no more.
    package mutating func receiveEnd() { hasEnded = true }

    /// What was received behind a 101; the parser is done.
    package mutating func takeRest() -> ByteBuffer {
        defer { input = ByteBuffer() }
        return input
    }

    /// The next event; nil if more bytes are needed, or, after the end of the connection, if no answer was under way.
    /// Throws again at every later call.
    package mutating func next() throws(HTTPSyntaxError) -> Event? {
        do throws(HTTPSyntaxError) {
            return try advance()
        } catch {
            state = .failed(error)
            input = ByteBuffer()
            throw error
        }
    }

    private mutating func advance() throws(HTTPSyntaxError) -> Event? {
        while true {
            switch state {
            case .head:
                guard let head = try takeHead() else { return nil }
                // An interim answer has neither body nor end.
                if head.status < 200, head.status != 101 {
                    state = .head
                    return .interim(head)
                }
                return .head(head)
            case .body(var body):
                let part = try body.next(&input)
                state = .body(body)
                switch part {
                case .bytes(let bytes): return .body(bytes)
                case .end:
                    trailers = body.trailers
                    state = .end(isSwitched: false)
                case nil:
                    guard hasEnded else { return nil }
                    guard body.endsWithConnection else { throw .cutShort }
                    state = .end(isSwitched: false)
                }
            case .end(let isSwitched):
                // The channel reads the next message into the same memory.
                if input.readableBytes == 0 { input = ByteBuffer() }
                state = isSwitched ? .switched : .head
                return .end
            case .switched: return nil
            case .failed(let error): throw error
            }
        }
    }

    private mutating func takeHead() throws(HTTPSyntaxError) -> ResponseHead? {
        if input.readableBytes == 0 { return nil }
        // Moved out and back in, so that its fields are never copied.
        var scanner = self.scanner
        self.scanner = HeadScanner()
        let found = try input.withUnsafeReadableBytes { bytes throws(HTTPSyntaxError) in try scanner.scan(bytes) }
        guard let length = found, let bytes = input.readBytes(length: length), let line = scanner.startLine else {
            guard !hasEnded else { throw .cutShort }
            self.scanner = scanner
            return nil
        }
        let head = ResponseHead(line, scanner.fields(of: bytes))
        let body: BodyReader =
            if isForHead || !head.mayHaveBody {
                .sized(0)
            } else if scanner.isChunked {
                .chunked
            } else if let length = scanner.contentLength {
                .sized(length)
            } else {
                .untilEnd
            }
        mayReuse = head.isKeepAlive && !body.endsWithConnection
        state = head.status == 101 ? .end(isSwitched: true) : .body(body)
        return head
    }
}
