import SockJS
import Testing

@Suite struct `Answers to receive requests` {
    typealias Item = ResponseDecoder.Item

    struct Body: Sendable, CustomTestStringConvertible {
        var transport: Transport
        var text: String
        var items: [Item]
        var testDescription: String { "\(transport.rawValue) \(text.suffix(40).debugDescription)" }

        init(_ transport: Transport, _ text: String, _ items: [Item]) {
            self.transport = transport
            self.text = text
            self.items = items
        }
    }

    static let callback = "_jp.aabcdef"
    static let head =
        "<!doctype html>\n<html><head>\n</head><body><h2>Don't panic!</h2>\n  <script>\n"
        + "    document.domain = document.domain;\n    var c = parent.\(callback);\n    c.start();\n"
        + "    function p(d) {c.message(d);};\n    window.onload = function() {c.stop();};\n  </script>"
        + String(repeating: " ", count: 100) + "\r\n\r\n"
    static let prelude = String(repeating: "h", count: 2048) + "\n"

    static func script(_ json: String) -> String { "<script>\np(\(json));\n</script>\r\n" }

    static let bodies: [Body] = [
        Body(.xhr, "o\n", [.frame(.open)]),
        Body(.xhr, "a[\"x\",\"é\\ud83d\\ude00\"]\n", [.frame(.messages(["x", "é😀"]))]),
        Body(.xhr, "c[3000,\"Go away!\"]\n", [.frame(.goAway)]),
        Body(
            .xhrStreaming, prelude + "o\na[\"x\"]\nh\nc[2010,\"Another connection still open\"]\n",
            [
                .prelude(bytes: 2049), .frame(.open), .frame(.messages(["x"])), .frame(.heartbeat),
                .frame(.anotherConnectionStillOpen),
            ]),
        Body(.xhrStreaming, "h\nh\n", [.frame(.heartbeat), .frame(.heartbeat)]),
        Body(.xhrStreaming, "", []),
        Body(
            .eventsource, "\r\ndata: o\r\n\r\ndata: a[\"100%25\"]\r\n\r\n",
            [.prelude(bytes: 2), .frame(.open), .frame(.messages(["100%"]))]),
        Body(
            .eventsource,
            "\u{feff}: comment\ndata:h\nid: 7\nretry: 1\ndatax: o\n\ndata: a[\"x\",\ndata: \"y\"]\r\revent: e\n\n",
            [.frame(.heartbeat), .frame(.messages(["x", "y"]))]),
        Body(.eventsource, "data: a[\"%C3%A9%2f\"]\n\n", [.frame(.messages(["é%2f"]))]),
        Body(
            .htmlfile, head + script(#""o""#) + script(#""a[\"x\",\"<b>\"]""#) + script(#""h""#),
            [.prelude(bytes: head.utf8.count), .frame(.open), .frame(.messages(["x", "<b>"])), .frame(.heartbeat)]),
        Body(.jsonp, "/**/\(callback)(\"o\");\r\n", [.frame(.open)]),
        Body(.jsonp, "\(callback)(\"a[\\\"x\\\"]\");\n", [.frame(.messages(["x"]))]),
    ]

    static func read(_ body: Body, _ parts: [ArraySlice<UInt8>]) throws -> [Item] {
        var items: [Item] = []
        try read(body, parts, into: &items)
        return items
    }

    static func read(_ body: Body, _ parts: [ArraySlice<UInt8>], into items: inout [Item]) throws {
        var decoder = ResponseDecoder(body.transport, callback: callback)
        for part in parts { try decoder.receive(part, into: &items) }
        try decoder.finish(into: &items)
    }

    @Test(arguments: bodies) func `frames are the same at every split`(body: Body) throws {
        let bytes = Array(body.text.utf8)
        #expect(try Self.read(body, [bytes[...]]) == body.items)
        #expect(try Self.read(body, bytes.indices.map { bytes[$0...$0] }) == body.items)
        for split in stride(from: 0, through: bytes.count, by: bytes.count > 2000 ? 7 : 1) {
            #expect(try Self.read(body, [bytes[..<split], bytes[split...]]) == body.items)
        }
    }

    static let broken: [(Transport, String, String)] = [
        (.xhr, "", "one frame"), (.xhr, "o", "one frame"), (.xhr, "o\nh\n", "one frame"), (.xhr, "o\nx", "one frame"),
        (.xhr, "nonsense\n", "nonsense"), (.xhr, "<html>\n", "<html>"),
        (.xhr, String(repeating: "h", count: 20) + "\n", "hhhh"),
        (.xhrStreaming, prelude + "o\na[\"x", "a[\\\"x"), (.xhrStreaming, "o\n" + prelude, "hhhh"),
        (.xhrStreaming, prelude + prelude, "hhhh"),
        (.eventsource, "data: o\r\n", "empty line"), (.eventsource, "data: o", "data: o"),
        (.eventsource, "data: a[\"%\"]\n\n", "%25"), (.eventsource, "data: a[\"%ff\"]\n\n", "UTF-8"),
        (.eventsource, "data: a[\"%2\n\n", "UTF-8"), (.eventsource, "data: x\n\n", "x"),
        (.htmlfile, "", "script element"), (.htmlfile, "<html>404</html>", "404"),
        (.htmlfile, head + script("\"o\"") + "<script>\np(\"h", "</script>"),
        (.htmlfile, head + script("\"o\"") + script(#""a[\"</script>\"]""#), "</script>"),
        (.htmlfile, head + script("\"o\"") + "<b>ad</b>" + script("\"h\""), "<b>ad</b>"),
        (.htmlfile, head.replacing(callback, with: "other") + script("\"o\""), "parent.\(callback)"),
        (.jsonp, "", callback), (.jsonp, "/**/other(\"o\");\r\n", "other"), (.jsonp, "/**/\(callback)(\"o\")", "o"),
        (.jsonp, "/**/\(callback)(\"x\");", "x"), (.jsonp, "<html>", "<html>"),
    ]

    @Test(arguments: broken) func `what is no frame is named`(transport: Transport, text: String, named: String) {
        let bytes = Array(text.utf8)
        for parts in [[bytes[...]], bytes.indices.map { bytes[$0...$0] }] {
            let error = #expect(throws: SockJSFrameError.self) {
                try Self.read(Body(transport, text, []), parts)
            }
            let words = error.map { "\($0)\($0.excerpt.debugDescription)" } ?? ""
            #expect(words.contains(named), "\(words)")
        }
    }

    @Test(arguments: [
        Body(.xhr, "o\nh\n", [.frame(.open)]),
        Body(.xhrStreaming, "a[\"x\"]\nnonsense\nh\n", [.frame(.messages(["x"]))]),
        Body(.eventsource, "data: a[\"x\"]\n\ndata: nonsense\n\n", [.frame(.messages(["x"]))]),
        Body(
            .htmlfile, head + script("\"o\"") + "<b>ad</b>" + script("\"h\""),
            [.prelude(bytes: head.utf8.count), .frame(.open)]),
    ])
    func `frames before an error are read at every split`(body: Body) {
        let bytes = Array(body.text.utf8)
        for split in 0...bytes.count {
            var items: [Item] = []
            #expect(throws: SockJSFrameError.self) {
                try Self.read(body, [bytes[..<split], bytes[split...]], into: &items)
            }
            #expect(items == body.items)
        }
    }

    @Test(arguments: [Transport.xhr, .xhrStreaming, .eventsource, .htmlfile, .jsonp])
    func `a body without end is given up at the limit`(transport: Transport) {
        for text in ["x", "data: x\n", "<script>"] {
            var decoder = ResponseDecoder(transport, callback: "c", byteLimit: 1000)
            var (items, taken): ([Item], Int) = ([], 0)
            #expect(throws: SockJSFrameError.self) {
                while taken < 200_000 {
                    try decoder.receive(text.utf8, into: &items)
                    taken += text.utf8.count
                }
            }
        }
    }

    @Test func `after an error nothing is read`() {
        var decoder = ResponseDecoder(.xhrStreaming)
        var items: [Item] = []
        for _ in 1...2 {
            #expect(throws: SockJSFrameError.self) { try decoder.receive("nonsense\no\n".utf8, into: &items) }
        }
        #expect(items.isEmpty)
    }
}
