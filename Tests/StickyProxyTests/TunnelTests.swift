import NIOCore
import Testing
import Wire

@testable import StickyProxy

@Suite("An upgrade leaves HTTP", .timeLimit(.minutes(1)))
struct TunnelTests {
    @Test("Upgrade and Connection reach the node; the 101 carries its fields and the cookie")
    func handshake() async throws {
        try await scripted { client, node, _ in
            try await client.upgrade("/websocket?a=%2F", connection: "keep-alive, Upgrade")
            let request = try await node.request()
            #expect(request.hasPrefix("GET /websocket?a=%2F HTTP/1.1\r\n"))
            #expect(request.lowercased().contains("\r\nupgrade: websocket\r\n"))
            #expect(request.lowercased().contains("\r\nconnection: upgrade\r\n"))
            try await node.write(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\nSet-Cookie: a=1\r\n"
                    + "Sec-WebSocket-Accept: x\r\n\r\n")
            let head = try await client.head()
            #expect(head.status == 101)
            #expect(head.values("upgrade") == ["WebSocket"])
            #expect(head.values("connection") == ["Upgrade"])
            #expect(head.values("sec-websocket-accept") == ["x"])
            #expect(head.values("set-cookie").first == "a=1")
            #expect(head.affinityCookie != nil)
        }
    }

    @Test("what follows the 101 in the same packet arrives first", arguments: [1, 1024, 1025, 65_536, 300_000])
    func leftOverOfNode(_ count: Int) async throws {
        try await scripted { client, node, _ in
            try await client.upgrade("/")
            _ = try await node.request()
            try await node.switchProtocols(with: String(repeating: "x", count: count))
            try await node.write("end")
            _ = try await client.head()
            #expect(try await client.read(through: "end").utf8.count == count + 3)
        }
    }

    @Test("a 101 and its tunnel may come byte by byte, an interim answer in front")
    func byteByByte() async throws {
        try await scripted { client, node, _ in
            try await client.upgrade("/")
            _ = try await node.request()
            let text =
                "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\n\r\n\r\n\r\nGET"
            for byte in text.utf8 { try await node.write(String(decoding: [byte], as: UTF8.self)) }
            #expect(try await client.head().status == 103)
            #expect(try await client.head().status == 101)
            #expect(try await client.read(count: 7) == "\r\n\r\nGET")
        }
    }

    @Test("what the client sends in front of the 101 arrives once the tunnel is open")
    func leftOverOfClient() async throws {
        try await scripted { client, node, _ in
            try await client.write(
                "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nearly")
            _ = try await node.request()
            try await client.write("later")
            try await node.switchProtocols()
            #expect(try await node.read(count: 10) == "earlylater")
        }
    }

    @Test("an upgrade may follow other requests on the same connection, in the same packet too")
    func afterOtherRequests() async throws {
        try await scripted { client, node, _ in
            try await client.write(
                "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\n\r\nearly")
            _ = try await node.request()
            try await node.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            #expect(try await client.response().body == "ok")
            try await node.accept()
            _ = try await node.request()
            try await node.switchProtocols()
            #expect(try await client.head().status == 101)
            #expect(try await node.read(count: 5) == "early")
        }
    }

    @Test(
        "a refusal passes with its fields and body, and the connection goes on as HTTP",
        arguments: [403, 426, 500, 200])
    func refusal(_ status: Int) async throws {
        try await scripted { client, node, _ in
            try await client.upgrade("/websocket")
            _ = try await node.request()
            try await node.write("HTTP/1.1 \(status) X\r\nX-Why: because\r\nContent-Length: 4\r\n\r\nwhy?")
            let refusal = try await client.response()
            #expect(refusal.status == status)
            #expect(refusal.values("x-why") == ["because"])
            #expect(refusal.body == "why?")
            #expect(refusal.affinityCookie != nil)
            for _ in 0..<2 {
                try await client.request("GET", "/next")
                #expect(try await node.request().hasPrefix("GET /next "))
                try await node.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                #expect(try await client.response().body == "ok")
            }
        }
    }

    @Test("what follows a refused upgrade is parsed as a request, not tunnelled")
    func pipelinedAfterRefusal() async throws {
        try await scripted { client, node, _ in
            try await client.write(
                "GET /1 HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
                    + "GET /2 HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n")
            _ = try await node.request()
            try await node.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")
            #expect(try await client.response().status == 403)
            let second = try await node.request()
            #expect(second.hasPrefix("GET /2 "))
            #expect(!second.contains("6.6.6.6"))
            try await node.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            #expect(try await client.response().body == "ok")
        }
    }

    @Test(
        "an upgrade that isn't for WebSocket is served as HTTP",
        arguments: [
            "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings", "Upgrade: websocket",
            "Upgrade: websocket\r\nConnection: keep-alive",
        ])
    func foreignUpgrade(_ fields: String) async throws {
        try await scripted { client, node, _ in
            for path in ["/1", "/2"] {
                try await client.write("GET \(path) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n")
                let request = try await node.request()
                #expect(request.hasPrefix("GET \(path) "))
                #expect(!request.lowercased().contains("upgrade"))
                try await node.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                #expect(try await client.response().body == "ok")
            }
        }
    }

    @Test("an uninvited 101 is a 502")
    func uninvited() async throws {
        try await scripted { client, node, _ in
            try await client.request("GET", "/")
            _ = try await node.request()
            try await node.switchProtocols(with: "tunnel?")
            #expect(try await client.response().status == 502)
        }
    }

    @Test(
        "the end of one side's stream is passed on behind its last byte; the other side goes on",
        arguments: [true, false])
    func halfClose(_ clientFirst: Bool) async throws {
        try await scripted { client, node, _ in
            try await client.upgrade("/")
            _ = try await node.request()
            try await node.switchProtocols()
            _ = try await client.head()
            let nodeSide = try await node.connection
            let (first, second) = clientFirst ? (client, nodeSide) : (nodeSide, client)
            let last = ByteBuffer(repeating: 9, count: 1 << 20)
            try await first.write(last)
            try await first.closeOutput()
            #expect(await second.readToEnd().readableBytes == 1 << 20)
            try await second.write("still here")
            #expect(try await first.read(count: 10) == "still here")
            try await second.closeOutput()
            #expect(await first.readToEnd().readableBytes == 0)
        }
    }

    @Test(
        "a side that sends nothing for its own limit ends a tunnel, though the other one sends",
        arguments: [true, false])
    func sideIdle(_ clientIsSilent: Bool) async throws {
        let (short, long) = (Duration.milliseconds(200), Duration.seconds(600))
        let behavior = Behavior.unprobed.with {
            $0.limits.tunnelSideIdle =
                clientIsSilent ? .init(client: short, node: long) : .init(client: long, node: short)
        }
        try await scripted(behavior) { client, node, _ in
            try await client.upgrade("/")
            _ = try await node.request()
            try await node.switchProtocols()
            _ = try await client.head()
            let nodeSide = try await node.connection
            let (silent, talker) = clientIsSilent ? (client, nodeSide) : (nodeSide, client)
            // Until its connection ends.
            let talk = Task { while true { try await talker.write("x") } }
            _ = await silent.readToEnd()
            await #expect(throws: (any Error).self) { try await talk.value }
        }
    }

    @Test("a client that goes away while its upgrade waits takes the node's connection with it")
    func abandoned() async throws {
        try await scripted { client, node, _ in
            try await client.upgrade("/")
            _ = try await node.request()
            await client.close()
            _ = try await node.connection.readToEnd()
        }
    }
}
