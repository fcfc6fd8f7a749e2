/// `xhr` and `xhr_streaming`: a frame and a line feed each, after a prelude of `h` in a stream.
struct LineFrames: Sendable {
    private let isStream: Bool
    private var unread: UnreadBytes
    private var frames = 0
    private var sawPrelude = false

    init(isStream: Bool, byteLimit: Int) {
        self.isStream = isStream
        unread = UnreadBytes(limit: byteLimit)
    }

    mutating func receive(
        _ bytes: some Sequence<UInt8>, into items: inout [ResponseDecoder.Item]
    ) throws(SockJSFrameError) {
        unread.append(bytes)
        if !isStream, frames == 1, !unread.isEmpty { throw excess() }
        while let line = unread.take(through: [0x0A]) {
            if isStream, !sawPrelude, frames == 0, line.count > 1, line.allSatisfy({ $0 == UInt8(ascii: "h") }) {
                sawPrelude = true
                items.append(.prelude(bytes: line.count + 1))
                continue
            }
            items.append(.frame(try SockJSFrame(parsing: Array(line))))
            frames += 1
            if !isStream, !unread.isEmpty { throw excess() }
        }
        try unread.checkLimit("a line")
    }

    func finish() throws(SockJSFrameError) {
        guard unread.isEmpty, isStream || frames == 1 else {
            throw SockJSFrameError(
                expected: isStream ? "a line feed after the frame" : "one frame that ends with a line feed",
                text: unread.text(prefix: 80), offset: unread.count,
                remedy: "something between server and client cut or rewrote the body")
        }
    }

    private func excess() -> SockJSFrameError {
        SockJSFrameError(
            expected: "one frame in the answer to a poll", text: unread.text(prefix: 80), offset: 0,
            remedy: "something between server and client merged answers")
    }
}
