package import NIOCore

/// Reads the requests of one connection, split anywhere, as strictly as RFC 9112 allows: what two readers could
/// understand differently is an error.
///
/// Feed bytes with ``receive(_:)`` and take events until nil. After `.end` the next request is not looked at before the
/// next call, so that what stands behind an upgrade can be taken as it is with ``takeRest()``.
package struct RequestParser: Sendable {
    /// A request comes as its head, any number of pieces of its body, and its end.
    package enum Event: Sendable {
        /// Method, target and fields.
        case head(RequestHead)
        /// More of the body.
        case body(ByteBuffer)
        /// The request is complete.
        case end
    }

    private enum State: Sendable {
        case head
        case body(BodyReader)
        case end
        case failed(HTTPSyntaxError)
    }

    private var state = State.head
    private var scanner: HeadScanner<RequestLine>
    private let passesTwoLengths: Bool
    private var input = ByteBuffer()

    /// A parser before the first request.
    ///
    /// - Parameter passesTwoLengths: whether a request that has both `Content-Length` and `Transfer-Encoding` is read
    ///   by the latter, against the rule that what can be understood differently is an error.
    package init(passesTwoLengths: Bool = false) {
        self.passesTwoLengths = passesTwoLengths
        scanner = HeadScanner(passesTwoLengths: passesTwoLengths)
    }

    /// Bytes that were received and not yet read.
    package var unreadBytes: Int { input.readableBytes }

    /// Takes bytes of the connection.
    package mutating func receive(_ bytes: ByteBuffer) {
        if case .failed = state { return }
        input.appendUnread(bytes)
    }

    /// What was received and not yet read; the parser is then as before the first request.
    package mutating func takeRest() -> ByteBuffer {
        defer { self = RequestParser(passesTwoLengths: passesTwoLengths) }
        return input
    }

    /// The next event; nil if more bytes are needed. Throws again at every later call.
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
            case .head: return try nextHead()
            case .body(var body):
                let part = try body.next(&input)
                state = .body(body)
                switch part {
                case nil: return nil
                case .bytes(let bytes): return .body(bytes)
                case .end: state = .end
                }
            case .end:
                // The channel reads the next message into the same memory.
                if input.readableBytes == 0 { input = ByteBuffer() }
                state = .head
                return .end
            case .failed(let error): throw error
            }
        }
    }

    private mutating func nextHead() throws(HTTPSyntaxError) -> Event? {
        if input.readableBytes == 0 { return nil }
        // Moved out and back in, so that its fields are never copied.
        var scanner = self.scanner
        self.scanner = HeadScanner(passesTwoLengths: passesTwoLengths)
        let found = try input.withUnsafeReadableBytes { bytes throws(HTTPSyntaxError) in try scanner.scan(bytes) }
        guard let length = found, let bytes = input.readBytes(length: length), let line = scanner.startLine else {
            self.scanner = scanner
            return nil
        }
        state = .body(scanner.isChunked ? .chunked : .sized(scanner.contentLength ?? 0))
        return .head(
            RequestHead(
                line, contentLength: scanner.contentLength, isChunked: scanner.isChunked, scanner.fields(of: bytes)))
    }
}
