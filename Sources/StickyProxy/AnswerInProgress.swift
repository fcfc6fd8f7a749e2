import NIOCore

/// A node's answer of which the client has the head.
struct AnswerInProgress {
    /// Whether the client's connection can carry another request.
    let keepsAlive: Bool
    /// Whether the client gets body bytes.
    let hasBody: Bool
    /// Whether the client can tell that a part is missing only by the end of the chunks, which can be faked.
    let isChunked: Bool
    private var body: AnswerBody
    /// What the cache may keep of it.
    private(set) var entry: AnswerCache.Entry?

    init(_ response: ForwardedResponse, body: AnswerBody, entry: AnswerCache.Entry?) {
        keepsAlive = response.keepsAlive
        hasBody = response.hasBody
        isChunked = response.head.isChunked
        self.body = body
        self.entry = entry
    }

    /// What to deliver of a piece, and whether the body is cut after it.
    mutating func pass(_ bytes: ByteBuffer) -> (bytes: ByteBuffer, isCut: Bool) {
        guard hasBody else { return (ByteBuffer(), false) }
        entry?.body.writeImmutableBuffer(bytes)
        return body.pass(bytes)
    }

    /// What was held back of the body; nil for nothing.
    mutating func finish() -> ByteBuffer? {
        let held = body.finish()
        return held.readableBytes > 0 ? held : nil
    }
}
