import NIOCore

/// The content of a Close frame: a code and a reason (RFC 6455 §5.5.1).
public struct CloseStatus: Hashable, Sendable {
    /// Why the connection ends.
    public var code: CloseCode
    /// Text for people and logs; at most 123 bytes of UTF-8 fit in a frame, more is cut when sent.
    public var reason: String

    /// The most bytes of UTF-8 a reason can have on the wire.
    public static let maximumReasonBytes = 123

    /// A code with an optional reason.
    public init(code: CloseCode, reason: String = "") {
        self.code = code
        self.reason = reason
    }
}

extension CloseStatus {
    /// Reads the payload of a Close frame, nil for an empty one.
    ///
    /// - Parameter offset: where the payload begins in the inbound stream, for the violation.
    static func read(_ payload: ByteBuffer, at offset: UInt64) throws(WebSocketViolation) -> CloseStatus? {
        var payload = payload
        if payload.readableBytes == 0 { return nil }
        guard let number = payload.readInteger(as: UInt16.self) else {
            throw WebSocketViolation(
                .closePayloadTooShort, at: offset, "expected no payload or at least the 2 bytes of a code, got 1 byte")
        }
        let code = CloseCode(rawValue: number)
        guard code.mayAppearOnTheWire else {
            throw WebSocketViolation(
                .closeCodeNotAllowed, at: offset, "expected 1000–1003, 1007–1014 or 3000–4999, got \(number)")
        }
        var validator = UTF8Validator()
        let bad = payload.withUnsafeReadableBytes { bytes in
            validator.firstInvalidByte(in: bytes) ?? (validator.isComplete ? nil : bytes.count)
        }
        if let bad {
            throw WebSocketViolation(
                .closeReasonNotUTF8, at: offset + 2 + UInt64(bad), "expected UTF-8, got an invalid sequence")
        }
        return CloseStatus(code: code, reason: String(buffer: payload))
    }

    /// The payload to send: a code that may not appear on the wire gives an empty one, a long reason is cut at a
    /// scalar boundary.
    var payload: ByteBuffer {
        guard code.mayAppearOnTheWire else { return ByteBuffer() }
        var buffer = ByteBuffer()
        buffer.writeInteger(code.rawValue)
        var used = 0
        for scalar in reason.unicodeScalars {
            let width = UTF8.width(scalar)
            if used + width > Self.maximumReasonBytes { break }
            used += width
        }
        buffer.writeBytes(reason.utf8.prefix(used))
        return buffer
    }
}
