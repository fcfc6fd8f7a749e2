import NIOCore
import Testing

@testable import WebSocketCodec

@Suite("Heads of the opening handshake")
struct HandshakeHeadTests {
    static let requestText =
        "GET /chat?x=1 HTTP/1.1\r\nHost: h\r\nX-Twice: 1\r\nx-empty:\r\nX-Twice: \t 2 3 \r\n\r\n"
    static let answerText = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"

    /// Reads text in pieces of this many bytes; what is left over of all of it is joined.
    private func read<Head: HandshakeHead>(
        _ text: String, _: Head.Type, chunk: Int = .max, limit: Int = 65_536
    ) throws -> (head: Head, leftOver: String)? {
        var reader = HandshakeHeadReader<Head>(limit: limit)
        var bytes = ByteBuffer(string: text)
        while let piece = bytes.readSlice(length: min(chunk, bytes.readableBytes)), piece.readableBytes > 0 {
            if let (head, leftOver) = try reader.receive(piece) {
                #expect(!reader.isInsideHead)
                return (head, String(buffer: leftOver) + String(buffer: bytes))
            }
        }
        return nil
    }

    @Test("a request is read however it is cut, and the bytes behind it are given back", arguments: 1...90)
    func request(chunk: Int) throws {
        let result = try read(Self.requestText + "left over", HandshakeRequest.self, chunk: chunk)
        let (head, leftOver) = try #require(result)
        #expect(
            head
                == HandshakeRequest(
                    method: "GET", target: "/chat?x=1",
                    headers: [("Host", "h"), ("X-Twice", "1"), ("x-empty", ""), ("X-Twice", "2 3")].map {
                        HandshakeHeader(name: $0, value: $1)
                    }))
        #expect(leftOver == "left over")
    }

    @Test(
        "a status line is read",
        arguments: [
            ("HTTP/1.1 101 Switching Protocols", 101, "Switching Protocols"), ("HTTP/1.0 403 ", 403, ""),
            ("HTTP/1.1 200", 200, ""), ("HTTP/1.1 999 a  b", 999, "a  b"),
        ])
    func status(line: String, status: Int, reason: String) throws {
        let result = try read(line + "\r\n\r\nrest", HandshakeResponse.self)
        let (head, leftOver) = try #require(result)
        #expect(head.status == status && head.reason == reason && leftOver == "rest")
    }

    @Test("interim answers are passed over, within the limit", arguments: ["100 Continue", "103 Early Hints"])
    func interim(line: String) throws {
        let text = "HTTP/1.1 \(line)\r\nLink: x\r\n\r\n"
        let result = try read(text + text + Self.answerText + "rest", HandshakeResponse.self)
        let (head, leftOver) = try #require(result)
        #expect(head.status == 101 && head.headers.count == 1 && leftOver == "rest")
        #expect {
            try read(text + text + Self.answerText, HandshakeResponse.self, limit: 2 * text.utf8.count)
        } throws: {
            ($0 as? HandshakeHeadViolation)?.rule == .tooLong
        }
    }

    @Test("one empty line before a request is passed over")
    func emptyLine() throws {
        #expect(try read("\r\n" + Self.requestText, HandshakeRequest.self)?.head.method == "GET")
        #expect(throws: HandshakeHeadViolation.self) { try read("\r\n\r\n" + Self.requestText, HandshakeRequest.self) }
    }

    @Test("the limit is inclusive, and holds for a head that never ends")
    func limit() throws {
        let size = Self.requestText.utf8.count
        #expect(try read(Self.requestText, HandshakeRequest.self, limit: size) != nil)
        for text in [Self.requestText, String(repeating: "A", count: 1_000)] {
            #expect { try read(text, HandshakeRequest.self, limit: size - 1) } throws: { error in
                let violation = error as? HandshakeHeadViolation
                return violation?.rule == .tooLong && violation?.byteOffset == UInt64(size - 1)
                    && violation?.status == 431
            }
        }
    }

    @Test("a half head is no head yet, and told as begun")
    func half() throws {
        var reader = HandshakeHeadReader<HandshakeRequest>()
        #expect(!reader.isInsideHead)
        #expect(try reader.receive(ByteBuffer(string: "GET / HTTP/1.1\r\nHost")) == nil)
        #expect(reader.isInsideHead)
    }

    static let malformedHeads: [(text: String, rule: HandshakeHeadViolation.Rule, offset: UInt64)] = [
        ("GET /\r\n", .startLine, 0), ("GET  / HTTP/1.1\r\n", .startLine, 0), ("GET / HTTP/1.1 \r\n", .startLine, 0),
        ("GET / http/1.1\r\n", .startLine, 0), ("GET / HTTP/11\r\n", .startLine, 0),
        ("G@T / HTTP/1.1\r\n", .startLine, 0),
        ("GET /\u{e9} HTTP/1.1\r\n", .startLine, 0), (" GET / HTTP/1.1\r\n", .startLine, 0),
        ("GET / HTTP/1.1\n", .controlCharacter, 14), ("GET / HTTP/1.1\r\r\n", .controlCharacter, 15),
        ("GET / HTTP/1.1\rX", .controlCharacter, 15), ("\u{16}\u{3}\u{1}", .controlCharacter, 0),
        ("GET / HTTP/1.1\r\nA: \u{0}", .controlCharacter, 19), ("GET / HTTP/1.1\r\nA: b\u{7f}", .controlCharacter, 20),
        ("GET / HTTP/1.1\r\nA\r\n", .field, 16), ("GET / HTTP/1.1\r\nA : b\r\n", .field, 16),
        ("GET / HTTP/1.1\r\n: b\r\n", .field, 16), ("GET / HTTP/1.1\r\nA: b\r\n c\r\n", .field, 22),
        ("GET / HTTP/1.1\r\n(A): b\r\n", .field, 16),
    ]

    @Test("bytes that are no head are refused where they show it, however they are cut", arguments: malformedHeads)
    func malformed(text: String, rule: HandshakeHeadViolation.Rule, offset: UInt64) {
        for chunk in [1, 2, 7, Int.max] {
            #expect { try read(text, HandshakeRequest.self, chunk: chunk) } throws: { error in
                let violation = error as? HandshakeHeadViolation
                return violation?.rule == rule && violation?.byteOffset == offset
            }
        }
    }

    @Test(
        "a line that is no status line is refused",
        arguments: [
            "HTTP/1.1 1O1 x", "HTTP/1.1 99 x", "HTTP/1.1 0101 x", "HTTP/1.1", "HTTP/1.1  101", "GET / HTTP/1.1", "",
            "HTTP/1.1 099 x",
        ])
    func noStatus(line: String) {
        #expect { try read((line.isEmpty ? "\r\n" : line) + "\r\n", HandshakeResponse.self) } throws: {
            ($0 as? HandshakeHeadViolation)?.rule == .startLine
        }
    }

    @Test("after a violation nothing more is read")
    func staysFailed() {
        var reader = HandshakeHeadReader<HandshakeRequest>()
        for text in ["\n", Self.requestText] {
            #expect(throws: HandshakeHeadViolation.self) { try reader.receive(ByteBuffer(string: text)) }
        }
    }

    @Test("a handshake of two readers leads to connections that understand each other", arguments: [1, 7, 1_000])
    func handshake(chunk: Int) throws {
        let client = ClientHandshake(subprotocols: ["chat"], deflateOffers: [DeflateOffer()])
        let request = try client.request(target: "/chat", host: "example.org").bytes()
        let result = try read(String(buffer: request), HandshakeRequest.self, chunk: chunk)
        let (head, _) = try #require(result)
        let decision = ServerHandshake(subprotocols: ["chat"], deflate: DeflateServerPolicy()).evaluate(head)
        guard case .accept(_, let agreement) = decision else {
            Issue.record("rejected: \(decision)")
            return
        }
        var server = WebSocketConnection(agreement)
        try server.sendText("hello")
        var bytes = try decision.response.bytes()
        bytes.writeImmutableBuffer(server.takeOutput() ?? ByteBuffer())
        var reader = HandshakeHeadReader<HandshakeResponse>()
        var connection: WebSocketConnection?
        while let piece = bytes.readSlice(length: min(chunk, bytes.readableBytes)), piece.readableBytes > 0 {
            if connection != nil {
                connection?.receive(piece)
            } else if let (answer, leftOver) = try reader.receive(piece) {
                connection = WebSocketConnection(try client.validate(answer))
                connection?.receive(leftOver)
            }
        }
        #expect(connection?.nextEvent() == .text(ByteBuffer(string: "hello")))
    }

    @Test("a rejection says how long its text is and that the connection ends")
    func rejection() throws {
        let decision = ServerHandshake().evaluate(HandshakeRequest(method: "GET", target: "/"))
        let text = String(buffer: try decision.response.bytes())
        #expect(text.hasPrefix("HTTP/1.1 400 \r\n"))
        #expect(text.contains("Content-Length: 29\r\n") && text.contains("Connection: close\r\n"))
    }

    @Test("a head with a line break in it is not written")
    func injection() {
        let handshake = ClientHandshake()
        for (target, host) in [("/ HTTP/1.1\r\nX: y", "h"), ("/", "h\r\nX: y"), ("/ x", "h"), ("", "h")] {
            #expect(throws: HandshakeHeadViolation.self) {
                try handshake.request(target: target, host: host).bytes()
            }
        }
        #expect(throws: HandshakeHeadViolation.self) {
            try HandshakeResponse(status: 200, headers: [HandshakeHeader(name: "a b", value: "")]).bytes()
        }
        #expect(throws: HandshakeHeadViolation.self) { try HandshakeResponse(status: 1_000).bytes() }
    }
}
