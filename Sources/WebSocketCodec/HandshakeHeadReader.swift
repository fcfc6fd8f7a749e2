public import NIOCore

/// Reads the head of an HTTP/1 message that arrives in pieces of any size, and gives back the bytes behind it (RFC 9112).
///
/// ```swift
/// var reader = HandshakeHeadReader<HandshakeRequest>()
/// if let (request, leftOver) = try reader.receive(bytes) { … }  // nil: read on
/// ```
///
/// It is strict where leniency lets two readers disagree: lines end with CR and LF, a field does not go on in the next
/// line, no blank stands before its colon, and control characters are refused as soon as they are seen. Bytes of a value
/// that are not UTF-8 become U+FFFD. Interim answers (1xx but 101) are passed over. It does not look at what frames a body:
/// what follows the head of a message with one is that body.
public struct HandshakeHeadReader<Head: HandshakeHead>: Sendable {
    /// Bytes a head may have by default, with its first line and all ends of lines: 64 KiB.
    public static var defaultLimit: Int { 65_536 }

    private let limit: Int
    private var head: Head?
    private var line: [UInt8] = []
    private var endsWithCR = false
    /// Bytes of this head so far.
    private var count = 0
    private var offset: UInt64 = 0
    private var failure: HandshakeHeadViolation?

    /// A reader of one head after another.
    ///
    /// - Parameter limit: bytes that may come up to the end of the head, interim answers before it included.
    public init(limit: Int = HandshakeHeadReader.defaultLimit) {
        self.limit = max(0, limit)
    }

    /// Whether a part of a head has come: if the stream ends here, it was cut.
    public var isInsideHead: Bool { count > 0 }

    /// Takes the next bytes of the stream.
    ///
    /// - Throws: the violation, and again at every later call: nothing after it can be trusted.
    /// - Returns: the head and the bytes behind it, which belong to the WebSocket connection if the handshake succeeds;
    ///   nil if more bytes are needed. The reader is then ready for another head.
    public mutating func receive(
        _ bytes: ByteBuffer
    ) throws(HandshakeHeadViolation) -> (head: Head, leftOver: ByteBuffer)? {
        if let failure { throw failure }
        var bytes = bytes
        do throws(HandshakeHeadViolation) {
            for byte in bytes.readableBytesView {
                let done = try take(byte)
                bytes.moveReaderIndex(forwardBy: 1)
                if let done { return (done, bytes) }
            }
        } catch {
            failure = error
            throw error
        }
        return nil
    }

    private mutating func take(_ byte: UInt8) throws(HandshakeHeadViolation) -> Head? {
        guard count < limit else {
            throw HandshakeHeadViolation(.tooLong, at: offset, "expected at most \(limit) bytes of head, got more")
        }
        count += 1
        defer { offset &+= 1 }
        if endsWithCR {
            guard byte == 0x0A else {
                throw HandshakeHeadViolation(.controlCharacter, at: offset, "expected LF behind CR, got byte \(byte)")
            }
            endsWithCR = false
            return try endLine()
        }
        if byte == 0x0D {
            endsWithCR = true
        } else {
            guard byte.isFieldContent else {
                throw HandshakeHeadViolation(
                    .controlCharacter, at: offset,
                    "expected no control character but CR and LF together, got byte \(byte)")
            }
            line.append(byte)
        }
        return nil
    }

    /// A line is complete; the head if it was the empty one behind the fields.
    private mutating func endLine() throws(HandshakeHeadViolation) -> Head? {
        let start = offset &+ 1 &- UInt64(line.count + 2)
        defer { line.removeAll(keepingCapacity: true) }
        guard head != nil else {
            // An empty line before the first one is passed over (§2.2).
            if line.isEmpty, count == 2 { return nil }
            guard let new = Head(startLine: line) else {
                throw HandshakeHeadViolation(.startLine, at: start, "expected the first line of a head of HTTP/1")
            }
            head = new
            return nil
        }
        guard line.isEmpty else {
            guard let field = HandshakeHeader(line: line) else {
                throw HandshakeHeadViolation(.field, at: start, "expected a name, a colon and a value")
            }
            head?.headers.append(field)
            return nil
        }
        let done = head
        head = nil
        if let done, done.isInterim { return nil }
        count = 0
        return done
    }
}

extension HandshakeHeader {
    /// Reads `name: value` (RFC 9112 §5); the blanks around the value are dropped.
    fileprivate init?(line: [UInt8]) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0,
            line[..<colon].allSatisfy(\.isTokenCharacter)
        else { return nil }
        self.init(
            name: String(decoding: line[..<colon], as: UTF8.self),
            value: String(decoding: line[(colon + 1)...], as: UTF8.self).trimmed)
    }
}
