/// `jsonp`: the whole body is a call of the callback with the frame as JSON string.
struct ScriptCall: Sendable {
    private let callback: String
    private var unread: UnreadBytes

    init(callback: String, byteLimit: Int) {
        self.callback = callback
        unread = UnreadBytes(limit: byteLimit)
    }

    mutating func receive(_ bytes: some Sequence<UInt8>) throws(SockJSFrameError) {
        unread.append(bytes)
        try unread.checkLimit("a script")
    }

    func finish() throws(SockJSFrameError) -> ResponseDecoder.Item {
        let (text, offset) = unread.unread.withUnsafeBytes { bytes in
            var scanner = JSONTextScanner(bytes)
            // Servers before the exploit of 2014 have no comment in front.
            _ = scanner.skip("/**/")
            guard scanner.skip("\(callback)("), let text = scanner.message()?.bytes, scanner.skip(");"),
                scanner.isAtEnd
            else { return ([UInt8]?.none, scanner.offset) }
            return (text, scanner.offset)
        }
        guard let text else {
            throw SockJSFrameError(
                expected: "a script of the form /**/\(callback)(\"frame\");",
                text: String(decoding: unread.unread.prefix(400), as: UTF8.self), offset: offset,
                remedy: "something cut or rewrote the script, cached that of another request, or answered by itself")
        }
        return .frame(try SockJSFrame(parsing: text))
    }
}
