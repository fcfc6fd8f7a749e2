/// `htmlfile`: a page head, then one script element for each frame, each calling `p` with the frame as JSON string.
///
/// A script element ends at the first `</script` in it, as in browsers, even inside a message: servers do not escape it.
struct ScriptElements: Sendable {
    private static let opening = Array("<script>".utf8)
    private static let closing = Array("</script>".utf8)

    private let callback: String
    private var unread: UnreadBytes
    private var isInScript = false
    private var preludeBytes = 0
    private var head: [UInt8] = []
    private var sawFrame = false

    init(callback: String, byteLimit: Int) {
        self.callback = callback
        unread = UnreadBytes(limit: byteLimit)
    }

    mutating func receive(
        _ bytes: some Sequence<UInt8>, into items: inout [ResponseDecoder.Item]
    ) throws(SockJSFrameError) {
        unread.append(bytes)
        while true {
            if isInScript {
                guard let script = unread.take(through: Self.closing) else { break }
                isInScript = false
                if sawFrame || script.starts(with: Array("\np(".utf8)) {
                    if !sawFrame { items.append(.prelude(bytes: try prelude())) }
                    sawFrame = true
                    items.append(.frame(try frame(script)))
                } else {
                    try keep(script)
                    preludeBytes += Self.opening.count + script.count + Self.closing.count
                }
            } else {
                guard let between = unread.take(through: Self.opening) else { break }
                isInScript = true
                if sawFrame {
                    try checkBlank(between)
                } else {
                    try keep(between)
                    preludeBytes += between.count
                }
            }
        }
        try unread.checkLimit("a script element")
    }

    func finish() throws(SockJSFrameError) {
        guard !isInScript, sawFrame else {
            throw SockJSFrameError(
                expected: sawFrame ? "</script> after the frame" : "a script element that calls p(\"…\")",
                text: unread.text(prefix: 80), offset: unread.count,
                remedy: "something between server and client cut the page or answered in the server's place")
        }
        try checkBlank(unread.unread)
    }

    /// The head must say where frames go.
    private func prelude() throws(SockJSFrameError) -> Int {
        let text = String(decoding: head, as: UTF8.self)
        guard callback.isEmpty || text.contains("parent.\(callback);") else {
            throw SockJSFrameError(
                expected: "a page head with \"var c = parent.\(callback);\"", text: text, offset: 0,
                remedy: "something cached or rewrote the page of another request")
        }
        return preludeBytes
    }

    private mutating func keep(_ part: ArraySlice<UInt8>) throws(SockJSFrameError) {
        head += part
        guard head.count <= 65_536 else {
            throw SockJSFrameError(
                expected: "a page head of at most 64 KiB", text: String(decoding: head.prefix(80), as: UTF8.self),
                offset: 65_536, remedy: "the page does not come from a SockJS server")
        }
    }

    private func frame(_ script: ArraySlice<UInt8>) throws(SockJSFrameError) -> SockJSFrame {
        let (text, offset) = script.withUnsafeBytes { bytes in
            var scanner = JSONTextScanner(bytes)
            guard scanner.skip("p("), let text = scanner.message()?.bytes, scanner.skip(");"), scanner.isAtEnd
            else { return ([UInt8]?.none, scanner.offset) }
            return (text, scanner.offset)
        }
        guard let text else {
            throw SockJSFrameError(
                expected: "a script of the form p(\"frame\");", text: String(decoding: script, as: UTF8.self),
                offset: offset,
                remedy: "a message with </script> in it ends the script early; otherwise something rewrote the page")
        }
        return try SockJSFrame(parsing: text)
    }

    private func checkBlank(_ between: ArraySlice<UInt8>) throws(SockJSFrameError) {
        guard between.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x0A }) else {
            throw SockJSFrameError(
                expected: "nothing but line ends between script elements",
                text: String(decoding: between, as: UTF8.self), offset: 0,
                remedy: "a message with </script> in it ends the script early; otherwise something rewrote the page")
        }
    }
}
