import NIOCore
import Testing

@testable import Wire

private let valid: [(String, [String])] = [
    ("GET / HTTP/1.1\r\n\r\n", ["GET / 1 ", "body:"]),
    ("\r\n\r\nGET / HTTP/1.0\r\nHost: a\r\n\r\n", ["GET / 0 Host=a", "body:"]),
    ("OPTIONS * HTTP/1.1\r\nA:\r\nb:x\r\nc: \t y z\t \r\n\r\n", ["OPTIONS * 1 A=,b=x,c=y z", "body:"]),
    ("GET /?a#b HTTP/1.1\r\nX: \u{e9}\t\"\u{7f0}\"\r\n\r\n", ["GET /?a#b 1 X=\u{e9}\t\"\u{7f0}\"", "body:"]),
    ("POST /a HTTP/1.1\r\ncontent-LENGTH: 5\r\n\r\nhello", ["POST /a 1 content-LENGTH=5", "body:hello"]),
    ("POST /a HTTP/1.1\r\nContent-Length: 0\r\n\r\n", ["POST /a 1 Content-Length=0", "body:"]),
    (
        "POST /a HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\n\r\n\r\nx\r\n00a;n=\"v\"\r\n0123456789\r\n0\r\n\r\n",
        ["POST /a 1 Transfer-Encoding=Chunked", "body:\r\n\r\nx0123456789"]
    ),
    (
        "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\nContent-Length: 7\r\n\r\nGET /b HTTP/1.1\r\n\r\n",
        ["POST /a 1 Transfer-Encoding=chunked", "body:", "GET /b 1 ", "body:"]
    ),
    (
        "PUT /1 HTTP/1.1\r\nContent-Length: 2\r\n\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n",
        ["PUT /1 1 Content-Length=2", "body:\r\n", "GET /2 1 Host=h", "body:"]
    ),
]

private let malformed: [(String, HTTPSyntaxError)] = [
    ("GET  / HTTP/1.1\r\n\r\n", .requestLine), ("GET / HTTP/1.1 \r\n\r\n", .requestLine),
    (" GET / HTTP/1.1\r\n\r\n", .requestLine), ("GET /\r\n\r\n", .requestLine), ("GET\r\n\r\n", .requestLine),
    ("G(T / HTTP/1.1\r\n\r\n", .requestLine), ("GET / http/1.1\r\n\r\n", .requestLine),
    ("GET /\u{e9} HTTP/1.1\r\n\r\n", .requestLine), ("GET /\t HTTP/1.1\r\n\r\n", .requestLine),
    ("GET /\r HTTP/1.1\r\n\r\n", .requestLine), ("GET / HTTP/1.1\r\r\n\r\n", .requestLine),
    ("GET / HTTP/11\r\n\r\n", .requestLine), ("\u{16}\u{3}\u{1}\u{2}\n", .bareLineFeed),
    ("GET / HTTP/2.0\r\n\r\n", .version), ("GET / HTTP/1.2\r\n\r\n", .version), ("GET / HTTP/0.9\r\n\r\n", .version),
    ("GET / HTTP/1.1\n\n", .bareLineFeed), ("GET / HTTP/1.1\r\nA: b\n\r\n", .bareLineFeed),
    ("GET / HTTP/1.1\r\n\n", .bareLineFeed), ("\nGET / HTTP/1.1\r\n\r\n", .bareLineFeed),
    ("GET / HTTP/1.1\r\nA : b\r\n\r\n", .fieldName), ("GET / HTTP/1.1\r\n: b\r\n\r\n", .fieldName),
    ("GET / HTTP/1.1\r\nA\r\n\r\n", .fieldName), ("GET / HTTP/1.1\r\nA\u{e9}: b\r\n\r\n", .fieldName),
    ("GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n", .foldedField), ("GET / HTTP/1.1\r\n\tA: b\r\n\r\n", .foldedField),
    ("GET / HTTP/1.1\r\nA: b\rc\r\n\r\n", .fieldValue), ("GET / HTTP/1.1\r\nA: b\0\r\n\r\n", .fieldValue),
    ("GET / HTTP/1.1\r\nA: 0123456789abcd\u{7f}\r\n\r\n", .fieldValue),
    ("GET / HTTP/1.1\r\nA: 0123456\t89\u{1b}bcdef\r\n\r\n", .fieldValue),
    ("GET / HTTP/1.1\r\nA: b\r\r\n\r\n", .fieldValue),
    ("GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n", .host),
    ("POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\n", .contentLength),
    ("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", .contentLength),
    ("POST / HTTP/1.1\r\nContent-Length:\r\n\r\n", .contentLength),
    ("POST / HTTP/1.1\r\nContent-Length: 1 1\r\n\r\n", .contentLength),
    ("POST / HTTP/1.1\r\nContent-Length: 0x1\r\n\r\n", .contentLength),
    ("POST / HTTP/1.1\r\nContent-Length: 1, 1\r\n\r\n", .contentLength),
    ("POST / HTTP/1.1\r\nContent-Length: 18446744073709551617\r\n\r\n", .contentTooLong),
    ("POST / HTTP/1.1\r\nContent-Length: 1152921504606846976\r\n\r\n", .contentTooLong),
    ("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", .contentLength),
    ("POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", .twoLengths),
    ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n", .twoLengths),
    ("POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", .transferEncoding),
    ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked, identity\r\n\r\n", .transferEncoding),
    ("POST / HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n\r\n", .transferEncoding),
    ("POST / HTTP/1.1\r\nTransfer-Encoding: \u{b}chunked\r\n\r\n", .fieldValue),
    ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", .transferEncoding),
    ("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", .transferEncodingInHTTP10),
]

private let chunked = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"

private let badChunks: [(String, HTTPSyntaxError)] = [
    ("\r\n", .chunkSize), ("g\r\n", .chunkSize), ("-1\r\n", .chunkSize), ("0x1\r\n", .chunkSize),
    (" 1\r\n", .chunkSize), ("1 \r\n", .chunkSize), ("1234567812345678\r\n", .chunkSize), ("1;a\rb\r\n", .chunkSize),
    ("1;\0\r\n", .chunkSize), ("1\nx\r\n", .bareLineFeed), ("1\r\nxy\r\n", .chunkEnd), ("1\r\nx\n", .chunkEnd),
    ("1\r\nx\r\r", .chunkEnd), ("0\r\n\n", .bareLineFeed), ("0\r\nA\r\n\r\n", .fieldName),
    ("0\r\n A: b\r\n", .foldedField),
    ("1;" + String(repeating: "x", count: 2_000), .chunkSize),
    ("0\r\n" + String(repeating: "A: 0123456789abcdef\r\n", count: 4_000), .trailerTooLong),
]

@Suite struct `A request parser` {
    @Test(arguments: valid) func `reads what is valid`(text: String, lines: [String]) {
        let parsed = ParsedRequests(text)
        #expect(parsed.lines == lines)
        #expect(parsed.error == nil && parsed.rest == "")
    }

    @Test(
        arguments: valid.map(\.0) + malformed.map(\.0) + badChunks.map { chunked + $0.0 }.filter { $0.utf8.count < 500 }
    )
    func `reads the same whatever the splits`(text: String) {
        let whole = ParsedRequests(text)
        let bytes = ArraySlice(text.utf8)
        func expectSame(_ pieces: [ArraySlice<UInt8>], _ at: String) {
            let split = ParsedRequests(pieces)
            #expect(split.lines == whole.lines && split.error == whole.error, "\(at)")
        }
        for split in bytes.indices { expectSame([bytes[..<split], bytes[split...]], "split at \(split)") }
        expectSame(bytes.indices.map { bytes[$0...$0] }, "byte by byte")
    }

    @Test(arguments: malformed) func `refuses what two readers could read differently`(
        text: String, error: HTTPSyntaxError
    ) {
        let parsed = ParsedRequests(text + "GET /smuggled HTTP/1.1\r\n\r\n")
        #expect(parsed.error == error)
        #expect(parsed.lines == [] && parsed.rest == "")
    }

    @Test(arguments: badChunks) func `refuses chunks that are not as announced`(text: String, error: HTTPSyntaxError) {
        let parsed = ParsedRequests(chunked + text + "GET /smuggled HTTP/1.1\r\n\r\n")
        #expect(parsed.error == error)
        #expect(parsed.lines.count == 1)
    }

    @Test func `fails again at every later call and keeps nothing`() {
        var parser = RequestParser()
        parser.receive(ByteBuffer(string: "GET / HTTP/1.1\n"))
        for _ in 0..<3 {
            #expect(throws: HTTPSyntaxError.bareLineFeed) { try parser.next() }
            parser.receive(ByteBuffer(string: "GET / HTTP/1.1\r\n\r\n"))
            #expect(parser.unreadBytes == 0)
        }
    }

    @Test func `bounds heads, whether a line ends or not`() {
        for filler in ["", "A: b\r\n", "\r\n"] {
            let line = "GET / HTTP/1.1\r\n"
            let text = (filler == "\r\n" ? "" : line) + String(repeating: filler.isEmpty ? "x" : filler, count: 66_000)
            #expect(ParsedRequests(text).error == .headTooLong)
        }
        let longest = "GET / HTTP/1.1\r\nA: " + String(repeating: "x", count: 65_000) + "\r\n\r\n"
        #expect(ParsedRequests(longest).lines.count == 2)
    }

    @Test func `leaves what stands behind a request as it is`() throws {
        var parser = RequestParser()
        parser.receive(ByteBuffer(string: "GET / HTTP/1.1\r\nUpgrade: x\r\n\r\n\u{81}\n\0"))
        _ = try parser.next()
        guard case .end? = try parser.next() else {
            Issue.record("expected the end of the request")
            return
        }
        #expect(String(buffer: parser.takeRest()) == "\u{81}\n\0")
        #expect(parser.unreadBytes == 0)
    }

    @Test func `takes every byte that may stand in names and values, and no other`() {
        let tokens = Set("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
        for byte in UInt8.min...UInt8.max {
            #expect(HTTPBytes.isToken(byte) == tokens.contains(byte))
            for offset in 0..<20 {
                var value = [UInt8](repeating: 0x80, count: 20)
                value[offset] = byte
                let isAllowed = byte == 9 || (byte >= 0x20 && byte != 0x7F)
                let found = value.withUnsafeBytes { HTTPBytes.endOfValue(in: $0, from: 0) }
                #expect(found == (isAllowed ? nil : offset))
            }
        }
    }
}
