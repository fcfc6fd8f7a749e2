import NIOCore
import Testing
import WebSocketCodec

@testable import Wire

@Suite("An HTTP connection bears a request at a time")
struct HTTPConnectionTests {
    static func connected<Value>(
        _ script: ScriptedServer.Script, _ body: (HTTPConnection) async throws -> Value
    ) async throws -> Value {
        try await ScriptedServer.running(script) { server async throws in
            let connection = try await HTTPConnection.open(
                ConnectionFactory(target: server.endpoint), on: ScriptedServer.loop)
            do {
                let value = try await body(connection)
                await connection.close()
                return value
            } catch {
                await connection.close()
                throw error
            }
        }
    }

    static let get = ClientRequest(method: "GET", target: "/x", headers: [("Host", "h")])

    static func kind(_ connection: HTTPConnection, within limit: Duration = MailboxTests.long) async -> WireError.Kind?
    {
        do throws(WireError) {
            _ = try await connection.send(get, within: limit)
            return nil
        } catch {
            return error.kind
        }
    }

    struct Answer: Sendable {
        var script: ScriptedServer.Script
        var status: Int
        var body: String
        var keepsAlive: Bool
        init(_ script: ScriptedServer.Script, _ status: Int, _ body: String, keepsAlive: Bool) {
            self.script = script
            self.status = status
            self.body = body
            self.keepsAlive = keepsAlive
        }
    }

    static let framings = [
        Answer(.init("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"), 200, "hello", keepsAlive: true),
        Answer(.init("HTTP/1.1 204 No Content\r\n\r\n"), 204, "", keepsAlive: true),
        Answer(
            .init("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nhe\r\n3\r\nllo\r\n0\r\nT: 1\r\n\r\n"),
            200, "hello", keepsAlive: true
        ),
        Answer(
            .init("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi"), 200, "hi", keepsAlive: false),
        Answer(.init("HTTP/1.0 200 OK\r\n\r\nto the end", closes: true), 200, "to the end", keepsAlive: false),
        Answer(
            .init("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), 200, "",
            keepsAlive: true),
    ]

    @Test("An answer is whole, however it is framed and however it arrives", arguments: framings, [false, true])
    func framing(_ answer: Answer, bytewise: Bool) async throws {
        try await Self.connected(bytewise ? answer.script.bytewise : answer.script) { connection async throws in
            let response = try await connection.send(Self.get, within: MailboxTests.long)
            #expect(response.status == answer.status)
            #expect(String(buffer: response.body) == answer.body)
            #expect(response.keepsAlive == answer.keepsAlive)
            #expect(connection.isOpen == answer.keepsAlive)
        }
    }

    @Test("Fields of one name come in order, whatever its case")
    func fields() async throws {
        let script = ScriptedServer.Script(
            "HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nContent-Length: 0\r\n\r\n")
        try await Self.connected(script) { connection async throws in
            let response = try await connection.send(Self.get, within: MailboxTests.long)
            #expect(response.values(of: "SET-COOKIE") == ["a=1", "b=2"])
            #expect(response.values(of: "x") == [])
        }
    }

    @Test("A request goes out as it was given")
    func request() async throws {
        try await ScriptedServer.running(.init("HTTP/1.1 204 No Content\r\n\r\n")) { server async throws in
            let connection = try await HTTPConnection.open(
                ConnectionFactory(target: server.endpoint), on: ScriptedServer.loop)
            let request = ClientRequest(
                method: "POST", target: "/a?b=%2F", headers: [("Host", "h"), ("Content-Length", "2"), ("X-y", "Z")],
                body: ByteBuffer(string: "[]"))
            _ = try await connection.send(request, within: MailboxTests.long)
            await connection.close()
            #expect(
                server.received.hasPrefix("POST /a?b=%2F HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nX-y: Z\r\n\r\n"))
        }
    }

    @Test("A kept connection bears one request after the other")
    func keepAlive() async throws {
        let script = ScriptedServer.Script(
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2")
        try await Self.connected(script) { connection async throws in
            for expected in ["1", "2"] {
                let response = try await connection.send(Self.get, within: MailboxTests.long)
                #expect(String(buffer: response.body) == expected)
            }
        }
    }

    static let cuts: [(script: ScriptedServer.Script, kind: WireError.Kind)] = [
        (.init(closes: true), .closed),
        (.init("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", closes: true), .closed),
        (.init("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", closes: true), .closed),
        (.init("HTTP/1.1 2", closes: true), .closed),
        (.init("nonsense\r\n\r\n"), .malformed),
        (.init("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"), .malformed),
        (.init("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"), .malformed),
        (.init("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nbytes"), .malformed),
    ]

    @Test("A failure says what kind it is", arguments: cuts)
    func failures(_ script: ScriptedServer.Script, _ kind: WireError.Kind) async throws {
        try await Self.connected(script) { connection async throws in
            #expect(await Self.kind(connection) == kind)
        }
    }

    @Test("A silent peer ends in a time-out")
    func silent() async throws {
        try await Self.connected(.init()) { connection async throws in
            #expect(await Self.kind(connection, within: .zero) == .timedOut)
        }
    }

    @Test("An answer nobody asked for is not taken for the next one's")
    func unsolicited() async throws {
        let one = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1"
        try await Self.connected(.init(one + one)) { connection async throws in
            #expect(try await connection.send(Self.get, within: MailboxTests.long).status == 200)
            #expect(await Self.kind(connection) == .malformed)
        }
    }

    @Test("A body beyond the bound is not collected")
    func bodyBound() async throws {
        let length = HTTPConnection.bodyLimit + 1
        var script = ScriptedServer.Script("HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\n\r\n")
        script.answers[0].append(Array(repeating: 0x78, count: length))
        try await Self.connected(script) { connection async throws in
            #expect(await Self.kind(connection) == .tooMuch)
        }
    }
}

@Suite("An upgrade turns the connection into a WebSocket")
struct UpgradeTests {
    static let key = "dGhlIHNhbXBsZSBub25jZQ=="
    static let head =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"

    static func upgrade(
        _ connection: HTTPConnection
    ) async throws -> (response: ClientResponse, webSocket: WebSocketChannel?) {
        let handshake = ClientHandshake(key: key)
        let request = ClientRequest(
            method: "GET", target: "/websocket",
            headers: [("Host", "h")] + handshake.requestHeaders.map { ($0.name, $0.value) })
        return try await connection.upgrade(request, handshake: handshake, within: MailboxTests.long)
    }

    @Test("Frames right behind the 101 arrive, whole or byte by byte", arguments: [false, true])
    func leftOver(bytewise: Bool) async throws {
        var script = ScriptedServer.Script(Self.head)
        script.answers[0][0] += [0x81, 2] + Array("hi".utf8) + [0x82, 1, 0] + [0x88, 2, 0x03, 0xe9]
        try await HTTPConnectionTests.connected(bytewise ? script.bytewise : script) { connection async throws in
            let (response, opened) = try await Self.upgrade(connection)
            #expect(response.status == 101)
            let webSocket = try #require(opened)
            #expect(try await webSocket.nextEvent(within: MailboxTests.long) == .text(ByteBuffer(string: "hi")))
            #expect(try await webSocket.nextEvent(within: MailboxTests.long) == .binary(ByteBuffer(bytes: [0])))
            let close = try await webSocket.nextEvent(within: MailboxTests.long)
            #expect(close == .closeReceived(CloseStatus(code: .goingAway, reason: "")))
            await webSocket.abort()
        }
    }

    @Test("A peer that breaks the protocol behind its 101 is told of as such")
    func violation() async throws {
        var script = ScriptedServer.Script(Self.head)
        script.answers[0][0] += [0x83, 0]
        try await HTTPConnectionTests.connected(script) { connection async throws in
            let webSocket = try #require(try await Self.upgrade(connection).webSocket)
            guard case .failed = try await webSocket.nextEvent(within: MailboxTests.long) else {
                Issue.record("opcode 3 was let through")
                return
            }
            await webSocket.abort()
        }
    }

    @Test("An end behind the 101 is the end of the WebSocket")
    func end() async throws {
        try await HTTPConnectionTests.connected(.init(Self.head, closes: true)) { connection async throws in
            let webSocket = try #require(try await Self.upgrade(connection).webSocket)
            guard case .ended(let status) = try await webSocket.nextEvent(within: MailboxTests.long) else {
                Issue.record("no end")
                return
            }
            #expect(status.code.rawValue == 1006)
            let error = await #expect(throws: WireError.self) {
                try await webSocket.nextEvent(within: MailboxTests.long)
            }
            #expect(error?.kind == .closed)
        }
    }

    @Test("A refusal leaves the connection HTTP, with the answer's body")
    func refusal() async throws {
        let script = ScriptedServer.Script(
            "HTTP/1.1 403 Forbidden\r\nX-Refusal: by-node\r\nContent-Length: 2\r\n\r\nno",
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        try await HTTPConnectionTests.connected(script) { connection async throws in
            let (response, webSocket) = try await Self.upgrade(connection)
            #expect(response.status == 403)
            #expect(String(buffer: response.body) == "no")
            #expect(webSocket == nil)
            #expect(try await connection.send(HTTPConnectionTests.get, within: MailboxTests.long).status == 200)
        }
    }

    @Test("A 101 that does not answer our key is malformed")
    func wrongAccept() async throws {
        let script = ScriptedServer.Script(Self.head.replacing("s3pP", with: "s3pQ"))
        try await HTTPConnectionTests.connected(script) { connection async throws in
            let error = await #expect(throws: WireError.self) { try await Self.upgrade(connection) }
            #expect(error?.kind == .malformed)
            #expect(!connection.isOpen)
        }
    }
}
