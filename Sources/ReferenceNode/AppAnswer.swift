import NIOCore

/// Reads an app's answer up to the end of its head; what follows is passed on as it comes.
struct AppAnswer {
    /// What has come of it.
    enum Event {
        /// An answer before the answer (RFC 9110 §15.2), to be passed on as it is.
        case interim(ByteBuffer)
        /// The head of the answer.
        case head(status: Int, RelayedHead)
        /// Something that is no answer; the text says what.
        case malformed(String)
    }

    /// Longest head, in bytes.
    static let limit = 65_536

    private var input = ByteBuffer()
    /// Bytes in which no end of a head was found.
    private var scanned = 0

    /// Takes bytes of the app.
    mutating func receive(_ bytes: ByteBuffer) { input.writeImmutableBuffer(bytes) }

    /// What comes next; nil until more has come, and not to be asked behind a head.
    mutating func next() -> Event? {
        guard let length = headLength() else {
            return input.readableBytes > Self.limit ? .malformed("a head of more than \(Self.limit) bytes") : nil
        }
        scanned = 0
        guard let head = input.readSlice(length: length) else { return nil }
        let lines = RelayedHead(head.readableBytesView)
        let words = String(decoding: lines.startLine, as: UTF8.self).split(separator: " ", maxSplits: 2)
        guard words.count > 1, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]), (100...599).contains(status)
        else {
            return .malformed(String(decoding: lines.startLine.prefix(80), as: UTF8.self).debugDescription)
        }
        return (100..<200).contains(status) && status != 101 ? .interim(head) : .head(status: status, lines)
    }

    /// What came behind the head.
    mutating func takeRest() -> ByteBuffer {
        defer { input = ByteBuffer() }
        return input
    }

    /// Bytes up to the end of the first blank line behind something else.
    private mutating func headLength() -> Int? {
        let view = input.readableBytesView
        var lineStart: Int?
        // From the last line end that was seen, since the one behind it may have come in pieces.
        for index in view.indices.dropFirst(scanned) where view[index] == UInt8(ascii: "\n") {
            let length = index - view.startIndex + 1
            if let lineStart, view[lineStart..<index].allSatisfy({ $0 == UInt8(ascii: "\r") }) { return length }
            lineStart = index + 1
            scanned = length - 1
        }
        return nil
    }
}
