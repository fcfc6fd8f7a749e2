import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import Wire

private let ok = "HTTP/1.1 200 OK\r\n"

private let valid: [(String, [String])] = [
    (ok + "Content-Length: 2\r\n\r\nhi", ["200 1 Content-Length=2", "body:hi"]),
    ("HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n", ["404 1 Content-Length=0", "body:"]),
    ("HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", ["200 1 Content-Length=0", "body:"]),
    ("HTTP/1.1 599 \u{e9} !\tx\r\nContent-Length: 0\r\n\r\n", ["599 1 Content-Length=0", "body:"]),
    (ok + "Connection: close\r\nContent-Length: 1\r\n\r\nx", ["200 1 Connection=close,Content-Length=1", "last:x"]),
    ("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", ["200 0 Content-Length=1", "last:x"]),
    (
        "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx",
        ["200 0 Connection=keep-alive,Content-Length=1", "body:x"]
    ),
    (ok + "\r\nuntil the end\r\n\r\n", ["200 1 ", "last:until the end\r\n\r\n"]),
    (ok + "\r\n", ["200 1 ", "last:"]),
    ("HTTP/1.1 204 No Content\r\n\r\n", ["204 1 ", "body:"]),
    ("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", ["304 1 Content-Length=9", "body:"]),
    (
        "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok + "Content-Length: 1\r\n\r\nx",
        ["103 interim", "200 1 Content-Length=1", "body:x"]
    ),
    (
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100\r\n\r\nHTTP/1.1 204 No\r\n\r\n" + ok + "Content-Length: 0\r\n\r\n",
        ["100 interim", "100 interim", "204 1 ", "body:", "200 1 Content-Length=0", "body:"]
    ),
    (
        ok + "Transfer-Encoding: chunked\r\n\r\n3\r\na\r\n\r\n2;n=v\r\nbc\r\n0\r\nA: b\r\n\r\nHTTP/1.1 204 No\r\n\r\n",
        ["200 1 Transfer-Encoding=chunked", "body:a\r\nbc A=b", "204 1 ", "body:"]
    ),
]

private let malformed: [(String, HTTPSyntaxError)] = [
    ("HTTP/1.1  200 OK\r\n\r\n", .statusLine), ("HTTP/1.1 20 OK\r\n\r\n", .statusLine),
    ("HTTP/1.1 2000 OK\r\n\r\n", .statusLine), ("HTTP/1.1 099 OK\r\n\r\n", .statusLine),
    ("HTTP/1.1 2x0 OK\r\n\r\n", .statusLine), ("HTTP/1.1\t200 OK\r\n\r\n", .statusLine),
    ("HTTP/1.1 200OK\r\n\r\n", .statusLine), ("ICY 200 OK\r\n\r\n", .statusLine), ("\r\n" + ok + "\r\n", .statusLine),
    ("HTTP/1.1 200 O\0K\r\n\r\n", .statusLine), ("HTTP/1.1 200 O\rK\r\n\r\n", .statusLine), ("\r\n", .statusLine),
    ("HTTP/2.0 200 OK\r\n\r\n", .version), ("HTTP/1.1 200 OK\n\n", .bareLineFeed),
    (ok + "A : b\r\n\r\n", .fieldName), (ok + "A: b\r\n c\r\n\r\n", .foldedField), (ok + "A: b\0\r\n\r\n", .fieldValue),
    (ok + "Content-Length: 1\r\nContent-Length: 1\r\n\r\n", .contentLength),
    (ok + "Content-Length: x\r\n\r\n", .contentLength),
    (ok + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", .twoLengths),
    (ok + "Transfer-Encoding: gzip, chunked\r\n\r\n", .transferEncoding),
    ("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", .transferEncodingInHTTP10),
]

private let cutShort = [
    "H", "HTTP/1.1 200 OK\r\n", ok + "A: b\r\n", ok + "Content-Length: 2\r\n\r\nx",
    ok + "Transfer-Encoding: chunked\r\n\r\n", ok + "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n",
    ok + "Transfer-Encoding: chunked\r\n\r\n0\r\n", "HTTP/1.1 204 No\r\n\r\nHTTP/1.1 200",
]

@Suite struct `A response parser` {
    @Test(arguments: valid) func `reads what is valid`(text: String, lines: [String]) {
        let parsed = ParsedResponses(text)
        #expect(parsed.lines == lines)
        #expect(parsed.error == nil && parsed.rest == "")
    }

    @Test(arguments: valid.map(\.0) + malformed.map(\.0) + cutShort)
    func `reads the same whatever the splits`(text: String) {
        let whole = ParsedResponses(text)
        let bytes = ArraySlice(text.utf8)
        func expectSame(_ pieces: [ArraySlice<UInt8>], _ at: String) {
            let split = ParsedResponses(pieces)
            #expect(split.lines == whole.lines && split.error == whole.error, "\(at)")
        }
        for split in bytes.indices { expectSame([bytes[..<split], bytes[split...]], "split at \(split)") }
        expectSame(bytes.indices.map { bytes[$0...$0] }, "byte by byte")
    }

    @Test(arguments: malformed) func `refuses what two readers could read differently`(
        text: String, error: HTTPSyntaxError
    ) {
        let parsed = ParsedResponses(text + ok + "\r\n")
        #expect(parsed.error == error)
        #expect(parsed.lines == [] && parsed.rest == "")
    }

    @Test(arguments: cutShort) func `says when the connection ends within an answer`(text: String) {
        #expect(ParsedResponses(text).error == .cutShort)
    }

    @Test func `takes the end of a connection between answers as it is`() {
        #expect(ParsedResponses("").error == nil)
        #expect(ParsedResponses("HTTP/1.1 204 No\r\n\r\n").error == nil)
    }

    @Test func `leaves what stands behind a 101 as it is`() {
        let parsed = ParsedResponses(
            "HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\n\u{1}\nHTTP/1.1 200 OK\r\n\r\n")
        #expect(parsed.lines == ["101 1 Upgrade=websocket", "body:"])
        #expect(parsed.rest == "\u{1}\nHTTP/1.1 200 OK\r\n\r\n" && parsed.error == nil)
    }

    @Test func `bounds heads and keeps nothing after an error`() {
        for text in [ok + String(repeating: "x", count: 66_000), ok + String(repeating: "A: b\r\n", count: 12_000)] {
            let parsed = ParsedResponses(text)
            #expect(parsed.error == .headTooLong && parsed.rest == "")
        }
    }

    @Test func `knows that an answer to HEAD has no body`() throws {
        var parser = ResponseParser()
        parser.isForHead = true
        parser.receive(
            ByteBuffer(string: ok + "Content-Length: 9\r\n\r\nHTTP/1.1 404 No\r\nContent-Length: 1\r\n\r\nx"))
        var events: [String] = []
        while let event = try parser.next() {
            switch event {
            case .interim: events.append("interim")
            case .head(let head): events.append("\(head.status)")
            case .body(let body): events.append(String(buffer: body))
            case .end:
                events.append("end")
                parser.isForHead = false
            }
        }
        #expect(events == ["200", "end", "404", "x", "end"])
        #expect(parser.mayReuse)
    }

    @Test func `finds fields whatever their case`() throws {
        var parser = ResponseParser()
        parser.receive(ByteBuffer(string: ok + "Set-Cookie: a=1\r\nX-Node: n1\r\nset-cookie: b=2\r\n\r\n"))
        guard case .head(let head)? = try parser.next() else {
            Issue.record("expected a head")
            return
        }
        #expect(head.values("set-cookie") == ["a=1", "b=2"])
        #expect(head.first("x-node") == "n1" && head.first("etag") == nil)
    }

    @Test func `reads valid answers as NIOHTTP1 does`() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            let answers = (0..<3).map { _ in Self.answer(using: &generator) }
            let parsed = ParsedResponses(answers.map(\.text).joined())
            #expect(parsed.error == nil && parsed.rest == "")
            #expect(try parsed.lines == Self.readByNIO(answers.map(\.text).joined()))
        }
    }

    private static func answer(using generator: inout SystemRandomNumberGenerator) -> (text: String, body: String) {
        let status = [200, 204, 302, 404, 500, 503].randomElement(using: &generator) ?? 200
        var text = "HTTP/1.1 \(status) \(["OK", "", "Not so good"].randomElement(using: &generator) ?? "")\r\n"
        for index in 0..<Int.random(in: 0...9, using: &generator) { text += "X-\(index): v;\(index)\r\n" }
        guard status != 204 else { return (text + "\r\n", "") }
        let body = String(repeating: "b\r\n", count: Int.random(in: 0...40, using: &generator))
        if Bool.random(using: &generator) { return (text + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)", body) }
        let chunk = body.isEmpty ? "" : String(body.utf8.count, radix: 16) + "\r\n\(body)\r\n"
        return (text + "Transfer-Encoding: chunked\r\n\r\n\(chunk)0\r\n\r\n", body)
    }

    private static func readByNIO(_ text: String) throws -> [String] {
        let channel = EmbeddedChannel()
        let sync = channel.pipeline.syncOperations
        try sync.addHandler(HTTPRequestEncoder())
        try sync.addHandler(ByteToMessageHandler(HTTPResponseDecoder()))
        for _ in 0..<3 {
            let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
            try channel.writeOutbound(HTTPClientRequestPart.head(head))
        }
        try channel.writeInbound(ByteBuffer(string: text))
        var lines: [String] = []
        var body = ""
        while let part = try channel.readInbound(as: HTTPClientResponsePart.self) {
            switch part {
            case .head(let head):
                let fields = head.headers.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
                lines.append("\(head.status.code) \(head.version.minor) \(fields)")
            case .body(let bytes): body += String(buffer: bytes)
            case .end:
                lines.append("body:" + body)
                body = ""
            }
        }
        return lines
    }
}
