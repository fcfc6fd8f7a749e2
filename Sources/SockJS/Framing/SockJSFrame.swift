/// One frame from server to client, as text.
///
/// ```
/// o                      open, once, the first frame of a session
/// h                      heartbeat
/// a["one","two"]         messages
/// c[3000,"Go away!"]     close
/// ```
public enum SockJSFrame: Sendable, Hashable {
    /// `o`: the session is open.
    case open
    /// `h`: the server is alive.
    case heartbeat
    /// `a[…]`: messages in order; may be empty.
    case messages([SockJSMessage])
    /// `c[code,"reason"]`: the session is over.
    case close(code: Int, reason: String)

    /// `c[2010,…]`, the answer to a receiver that comes while another one is attached.
    public static let anotherConnectionStillOpen = SockJSFrame.close(
        code: 2010, reason: "Another connection still open")
    /// `c[3000,"Go away!"]`, a close by the application.
    public static let goAway = SockJSFrame.close(code: 3000, reason: "Go away!")

    /// Reads one frame without a line end. `m"x"` is read as one message, as browsers do.
    public init(parsing text: String) throws(SockJSFrameError) {
        try self.init(parsing: Array(text.utf8))
    }

    /// Reads the body of an answer to `xhr`: exactly one frame and a line feed.
    public init(parsingPollBody body: String) throws(SockJSFrameError) {
        var bytes = Array(body.utf8)
        guard bytes.popLast() == UInt8(ascii: "\n") else {
            throw SockJSFrameError(
                expected: "one frame that ends with a line feed", text: body, offset: body.utf8.count,
                remedy: "something between server and client cut or rewrote the body")
        }
        try self.init(parsing: bytes)
    }

    /// Reads one frame of UTF-8 without a line end.
    public init(parsing bytes: [UInt8]) throws(SockJSFrameError) {
        let (payload, offset) = bytes.withUnsafeBytes { Self.read($0) }
        guard let payload, offset == bytes.count else {
            throw SockJSFrameError(
                expected: "o, h, a[\"message\",…] or c[code,\"reason\"]", text: String(decoding: bytes, as: UTF8.self),
                offset: payload == nil && bytes.count <= 1 ? 0 : offset,
                remedy: "check that the answer comes from a SockJS server and that nothing rewrites it")
        }
        self = payload
    }

    /// The frame at the start of these bytes, and where it stopped making sense or came to its end.
    private static func read(_ bytes: UnsafeRawBufferPointer) -> (SockJSFrame?, Int) {
        var scanner = JSONTextScanner(bytes, from: min(1, bytes.count))
        let frame: SockJSFrame? =
            switch bytes.first {
            case UInt8(ascii: "o"): .open
            case UInt8(ascii: "h"): .heartbeat
            case UInt8(ascii: "a"): scanner.stringArray().map { .messages($0) }
            case UInt8(ascii: "m"): scanner.message().map { .messages([$0]) }
            case UInt8(ascii: "c"): close(&scanner)
            default: nil
            }
        return (frame, scanner.offset)
    }

    private static func close(_ scanner: inout JSONTextScanner) -> SockJSFrame? {
        guard scanner.consume("["), let code = scanner.integer(), scanner.consume(","), let reason = scanner.string(),
            scanner.consume("]")
        else { return nil }
        return .close(code: code, reason: reason)
    }

    /// Appends the frame as a server writes it, without a line end.
    public func write(to bytes: inout [UInt8]) {
        switch self {
        case .open: bytes.append(UInt8(ascii: "o"))
        case .heartbeat: bytes.append(UInt8(ascii: "h"))
        case .messages(let messages): Self.writeMessages(messages, to: &bytes)
        case .close(let code, let reason):
            bytes.append(contentsOf: "c[\(code),".utf8)
            // Servers quote reasons as any JSON, unlike messages.
            JSONQuoting.plain.append(reason, to: &bytes)
            bytes.append(UInt8(ascii: "]"))
        }
    }

    /// Appends the frame that carries these messages, as ``write(to:)`` does.
    static func writeMessages(_ messages: some Collection<SockJSMessage>, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "a"))
        JSONQuoting.server.appendArray(of: messages, to: &bytes)
    }

    /// The frame as a server writes it, without a line end; ASCII but for a close reason or the messages' own text.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        if case .messages(let messages) = self {
            bytes.reserveCapacity(messages.reduce(3) { $0 + $1.bytes.count + 8 })
        }
        write(to: &bytes)
        return bytes
    }

    /// The frame as a server writes it, without a line end.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The frame as the whole body of an answer to `xhr`.
    public var pollBody: String { text + "\n" }
}
