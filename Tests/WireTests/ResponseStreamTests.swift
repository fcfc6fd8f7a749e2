import NIOCore
import Synchronization
import Testing

@testable import Wire

@Suite("An answer can be read while it arrives")
struct ResponseStreamTests {
    static let get = HTTPConnectionTests.get

    /// What a stream brings, part by part joined, and how it ends.
    static func read(_ stream: ResponseStream) async throws(WireError) -> String {
        var body = ByteBuffer()
        while case .bytes(var bytes, _) = try await stream.next(within: MailboxTests.long) { body.writeBuffer(&bytes) }
        return String(buffer: body)
    }

    @Test("Its parts are the body, however it is framed", arguments: HTTPConnectionTests.framings, [false, true])
    func framing(_ answer: HTTPConnectionTests.Answer, bytewise: Bool) async throws {
        let script = bytewise ? answer.script.bytewise : answer.script
        try await HTTPConnectionTests.connected(script) { connection async throws in
            let stream = try await connection.stream(Self.get, within: MailboxTests.long)
            #expect(stream.status == answer.status)
            let body = try await Self.read(stream)
            #expect(body == answer.body)
        }
    }

    @Test("The head and each chunk are there before what follows has been sent")
    func early() async throws {
        let script = ScriptedServer.Script("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\no\n\r\n")
        try await HTTPConnectionTests.connected(script) { connection async throws in
            let stream = try await connection.stream(Self.get, within: MailboxTests.long)
            guard case .bytes(let bytes, _) = try await stream.next(within: MailboxTests.long) else {
                Issue.record("the stream ended")
                return
            }
            #expect(String(buffer: bytes) == "o\n")
            let error = await #expect(throws: WireError.self) { try await stream.next(within: .milliseconds(1)) }
            #expect(error?.kind == .timedOut)
        }
    }

    @Test("A whole request follows on the same connection once the end has been read")
    func keepAlive() async throws {
        let script = ScriptedServer.Script(
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no\n", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
        try await HTTPConnectionTests.connected(script) { connection async throws in
            let stream = try await connection.stream(Self.get, within: MailboxTests.long)
            let body = try await Self.read(stream)
            #expect(body == "o\n")
            let next = try await connection.send(Self.get, within: MailboxTests.long)
            #expect(String(buffer: next.body) == "hi")
        }
    }

    @Test(
        "A stream counts whole, however it is framed and however small its pieces are",
        arguments: [
            "Content-Length: \(HTTPConnection.bodyLimit + 1)\r\n\r\n", "Connection: close\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n",
        ])
    func bound(_ framing: String) async throws {
        var script = ScriptedServer.Script("HTTP/1.1 200 OK\r\n\(framing)")
        let isChunked = framing.contains("chunked")
        let piece =
            (isChunked ? Array("100000\r\n".utf8) : []) + Array(repeating: 0x78, count: 1 << 20)
            + (isChunked ? [13, 10] : [])
        for _ in 0...HTTPConnection.bodyLimit >> 20 { script.answers[0].append(piece) }
        try await HTTPConnectionTests.connected(script) { connection async throws in
            let stream = try await connection.stream(Self.get, within: MailboxTests.long)
            var bytes = 0
            let error = await #expect(throws: WireError.self) {
                while case .bytes(let part, _) = try await stream.next(within: MailboxTests.long) {
                    bytes += part.readableBytes
                }
            }
            #expect(error?.kind == .tooMuch)
            #expect(error?.description.contains("at most 32 MiB of one answer") == true)
            #expect(bytes <= HTTPConnection.bodyLimit)
        }
    }

    @Test("A stream that is cut, malformed or aborted ends with an error, not with its end")
    func cut() async throws {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\no\n\r\n"
        let scripts: [(ScriptedServer.Script, WireError.Kind)] = [
            (.init(head, closes: true), .closed), (.init(head + "zz\r\n"), .malformed),
        ]
        for (script, kind) in scripts {
            try await HTTPConnectionTests.connected(script) { connection async throws in
                let stream = try await connection.stream(Self.get, within: MailboxTests.long)
                let error = await #expect(throws: WireError.self) { try await Self.read(stream) }
                #expect(error?.kind == kind)
            }
        }
        try await HTTPConnectionTests.connected(.init(head)) { connection async throws in
            let stream = try await connection.stream(Self.get, within: MailboxTests.long)
            await stream.abort()
            let error = await #expect(throws: WireError.self) { try await Self.read(stream) }
            #expect(error?.kind == .closed)
            #expect(!connection.isOpen)
        }
    }

    @Test("A body far beyond the bound of what waits passes through")
    func large() async throws {
        let body = String(repeating: "0123456789abcdef", count: 1 << 20)
        let script = ScriptedServer.Script("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        try await HTTPConnectionTests.connected(script) { connection async throws in
            let stream = try await connection.stream(Self.get, within: MailboxTests.long)
            var count = 0
            while case .bytes(let bytes, _) = try await stream.next(within: MailboxTests.long) {
                count += bytes.readableBytes
            }
            #expect(count == body.utf8.count)
        }
    }

    @Test("The socket is read no further once enough waits, and again when half of it is taken")
    func backPressure() {
        let calls = Mutex(0)
        let sink = StreamSink { calls.withLock { $0 += 1 } }
        func put(_ count: Int) { sink.put(ByteBuffer(repeating: 0, count: count), at: .now) }
        put(ResponseStream.unreadLimit - 1)
        #expect(calls.withLock(\.self) == 0)
        put(1)
        put(1)
        #expect(calls.withLock(\.self) == 1)
        #expect(sink.isHeld)
        sink.take(ResponseStream.unreadLimit / 2 + 1)
        #expect(calls.withLock(\.self) == 1)
        sink.take(1)
        sink.take(1)
        #expect(calls.withLock(\.self) == 2)
        #expect(!sink.isHeld)
    }
}

@Suite("A gzip body is inflated when it was asked for")
struct GzipTests {
    /// `o` and a line feed, by Python's gzip module.
    static let openFrame: [UInt8] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 203, 231, 2, 0, 137, 140, 105, 67, 2, 0, 0, 0,
    ]

    static let asking = ClientRequest(
        method: "GET", target: "/x", headers: [("Host", "h"), ("Accept-Encoding", "gzip, deflate")])

    static func script(_ body: [UInt8]) -> ScriptedServer.Script {
        var script = ScriptedServer.Script("")
        let head = "HTTP/1.1 200 OK\r\nContent-Encoding: GZip\r\nContent-Length: \(body.count)\r\n\r\n"
        script.answers = [[Array(head.utf8) + body]]
        return script
    }

    @Test("Whole and streamed, at once and byte by byte, in one member or several", arguments: [1, 3], [false, true])
    func inflated(members: Int, bytewise: Bool) async throws {
        let body = Array(repeating: Self.openFrame, count: members).flatMap { $0 }
        let script = bytewise ? Self.script(body).bytewise : Self.script(body)
        let expected = String(repeating: "o\n", count: members)
        try await HTTPConnectionTests.connected(script) { connection async throws in
            let response = try await connection.send(Self.asking, within: MailboxTests.long)
            #expect(String(buffer: response.body) == expected)
        }
        try await HTTPConnectionTests.connected(script) { connection async throws in
            let stream = try await connection.stream(Self.asking, within: MailboxTests.long)
            let streamed = try await ResponseStreamTests.read(stream)
            #expect(streamed == expected)
        }
    }

    @Test("One that nobody asked for stays as it is")
    func uninvited() async throws {
        try await HTTPConnectionTests.connected(Self.script(Self.openFrame)) { connection async throws in
            let response = try await connection.send(ResponseStreamTests.get, within: MailboxTests.long)
            #expect(Array(response.body.readableBytesView) == Self.openFrame)
        }
    }

    @Test(
        "One that is cut or no gzip is malformed",
        arguments: [
            Array(openFrame.dropLast()), [0x1f], Array("o\n".utf8), openFrame + [7], Array(openFrame.prefix(12)),
        ])
    func broken(_ body: [UInt8]) async throws {
        try await HTTPConnectionTests.connected(Self.script(body)) { connection async throws in
            let error = await #expect(throws: WireError.self) {
                try await connection.send(Self.asking, within: MailboxTests.long)
            }
            #expect(error?.kind == .malformed)
        }
        try await HTTPConnectionTests.connected(Self.script(body)) { connection async throws in
            let stream = try await connection.stream(Self.asking, within: MailboxTests.long)
            let error = await #expect(throws: WireError.self) { try await ResponseStreamTests.read(stream) }
            #expect(error?.kind == .malformed)
        }
    }

    @Test("What comes out is bounded, whatever goes in")
    func bomb() throws {
        var inflater = try GzipInflater()
        var input = ByteBuffer(bytes: Self.openFrame + Self.openFrame)
        let first = try inflater.inflate(&input, atMost: 3)
        let second = try inflater.inflate(&input, atMost: 3)
        #expect([first.readableBytes, second.readableBytes] == [3, 1])
        let isAtEnd = inflater.isAtEnd
        #expect(isAtEnd)
    }
}
