import NIOCore
import NIOHTTP1

/// An answer that is written in one piece, or the head of one that is written piece by piece.
struct HTTPResponse {
    /// How the end of the body is told.
    enum Framing {
        /// `Content-Length` is added.
        case sized
        /// The fields hold `Content-Length`.
        case given
        /// In chunks, or by the end of the connection for HTTP/1.0.
        case chunked
    }

    var status: Int
    var fields = FieldLines()
    var body = ByteBuffer()
    var framing = Framing.sized
    /// The connection ends after it.
    var closes = false

    static func text(_ status: Int, _ body: String, _ fields: FieldLines = [:]) -> HTTPResponse {
        var all: FieldLines = ["Content-Type": "text/plain; charset=UTF-8"]
        all.append(fields)
        return HTTPResponse(status: status, fields: all, body: ByteBuffer(string: body))
    }

    static func json(_ status: Int, _ body: ByteBuffer) -> HTTPResponse {
        HTTPResponse(status: status, fields: ["Content-Type": "application/json; charset=UTF-8"], body: body)
    }

    static func methodNotAllowed(_ allowed: String) -> HTTPResponse {
        HTTPResponse(status: 405, fields: ["Allow": allowed])
    }

    static let notFound = HTTPResponse.text(404, "404 Error: Page not found\n")

    /// Whether only the end of the connection ends the body.
    func endsWithConnection(_ version: HTTPVersion) -> Bool { framing == .chunked && version != .http1_1 }

    /// The bytes that answer a request with this method and version.
    func serialized(method: HTTPMethod, version: HTTPVersion, keepsAlive: Bool, stamp: (inout ByteBuffer) -> Void)
        -> ByteBuffer
    {
        var bytes = head(method: method, version: version, keepsAlive: keepsAlive, stamp: stamp)
        if method == .HEAD { return bytes }
        if framing == .chunked, version == .http1_1 {
            bytes.writeChunk(body.readableBytesView)
            bytes.writeLastChunk()
        } else {
            bytes.writeImmutableBuffer(body)
        }
        return bytes
    }

    /// The status line and the header fields.
    func head(method: HTTPMethod, version: HTTPVersion, keepsAlive: Bool, stamp: (inout ByteBuffer) -> Void)
        -> ByteBuffer
    {
        var bytes = ByteBuffer()
        bytes.reserveCapacity(512 + body.readableBytes)
        bytes.writeStatusLine(status)
        bytes.writeImmutableBuffer(fields.bytes)
        stamp(&bytes)
        if !(100..<200).contains(status), status != 204, status != 304 {
            switch framing {
            case .sized: bytes.writeField("Content-Length", "\(body.readableBytes)")
            case .given: break
            case .chunked:
                if version == .http1_1, method != .HEAD { bytes.writeField("Transfer-Encoding", "chunked") }
            }
        }
        if status != 101 {
            if !keepsAlive {
                bytes.writeField("Connection", "close")
            } else if version != .http1_1 {
                bytes.writeField("Connection", "keep-alive")
            }
        }
        bytes.writeStaticString("\r\n")
        return bytes
    }
}

extension ByteBuffer {
    /// The lines of most answers need no formatting.
    fileprivate mutating func writeStatusLine(_ status: Int) {
        switch status {
        case 200: writeStaticString("HTTP/1.1 200 OK\r\n")
        case 204: writeStaticString("HTTP/1.1 204 No Content\r\n")
        default: writeString("HTTP/1.1 \(status) \(HTTPResponseStatus(statusCode: status).reasonPhrase)\r\n")
        }
    }

    /// One chunk (RFC 9112 §7.1); nothing for no bytes, which would end the body.
    mutating func writeChunk(_ bytes: some Collection<UInt8>) {
        guard !bytes.isEmpty else { return }
        writeChunkSize(bytes.count)
        writeBytes(bytes)
        writeStaticString("\r\n")
    }

    /// The line before a chunk, digit by digit: making a string for it costs more than all else of a small chunk.
    private mutating func writeChunkSize(_ size: Int) {
        let digits = max(1, (Int.bitWidth - size.leadingZeroBitCount + 3) / 4)
        writeWithUnsafeMutableBytes(minimumWritableBytes: digits + 2) { bytes in
            for index in 0..<digits {
                let digit = UInt8(truncatingIfNeeded: size >> (4 * (digits - 1 - index))) & 0xF
                bytes[index] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            }
            bytes[digits] = 0x0D
            bytes[digits + 1] = 0x0A
            return digits + 2
        }
    }

    /// A piece of a body, which ends the body or does not.
    mutating func writePiece(_ piece: [UInt8], isChunked: Bool, isLast: Bool) {
        guard isChunked else {
            writeBytes(piece)
            return
        }
        writeChunk(piece)
        if isLast { writeLastChunk() }
    }

    mutating func writeLastChunk() { writeStaticString("0\r\n\r\n") }
}
