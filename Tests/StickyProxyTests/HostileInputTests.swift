import NIOCore
import Testing
import Wire

@testable import StickyProxy

@Suite("Hostile clients get an error and an end", .timeLimit(.minutes(1)))
struct HostileInputTests {
    static let requests: [(bytes: String, status: Int)] = [
        ("rubbish\r\n\r\n", 400),
        ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", 405),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n", 413),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1152921504606846976\r\n\r\n", 413),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n", 400),
        ("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
        ("GET / HTTP/1.1\nHost: a\n\n", 400),
        ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\n X: 1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: 1\u{0}\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 90_000))\r\n\r\n", 431),
        ("GET /\(String(repeating: "x", count: 90_000)) HTTP/1.1\r\nHost: a\r\n\r\n", 431),
        ("GET / HTTP/1.1\r\nHost: a\r\n\(String(repeating: "X: 1\r\n", count: 400))\r\n", 431),
    ]

    @Test("by what is wrong", arguments: requests.indices)
    func errors(_ row: Int) async throws {
        let node = try await TestNode.start("n1")
        try await withProxy([node.proxyNode]) { proxy in
            let client = try await proxy.connect()
            try await client.write(Self.requests[row].bytes)
            #expect(try await client.response().status == Self.requests[row].status)
            _ = await client.readToEnd()
            #expect(node.records.isEmpty)
        }
        await node.kill()
    }

    @Test(
        "a chunk that is none ends the request with 400, and the node's connection",
        arguments: ["xyz\r\n", "-1\r\n", "5\n", "5\r\nhello, world\r\n", "1000000000000000\r\n", "5 5\r\n"])
    func chunks(_ rest: String) async throws {
        try await scripted { client, node, _ in
            try await client.write("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n")
            _ = try await node.read(through: "2\r\nok\r\n")
            try await client.write(rest)
            let answer = try await client.response()
            #expect(answer.status == 400)
            #expect(answer.values("connection") == ["close"])
            #expect(await client.readToEnd().readableBytes == 0)
            _ = try await node.connection.readToEnd()
        }
    }

    @Test("behind an answer that has begun nothing is added to it")
    func chunksWithinAnswer() async throws {
        try await scripted { client, node, _ in
            try await client.write("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n")
            _ = try await node.read(through: "2\r\nok\r\n")
            try await node.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nbegun")
            _ = try await client.read(through: "begun")
            try await client.write("rubbish\r\n")
            #expect(await client.readToEnd().readableBytes == 0)
        }
    }

    @Test("rubbish behind a good request: the answer first, then the error")
    func rubbishBehind() async throws {
        let node = try await TestNode.start("n1")
        try await withProxy([node.proxyNode]) { proxy in
            let client = try await proxy.connect()
            try await client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\nrubbish\r\n\r\n")
            #expect(try await client.response().body == "n1")
            #expect(try await client.response().status == 400)
            _ = await client.readToEnd()
        }
        await node.kill()
    }

    @Test(
        "a node's rubbish is a 502",
        arguments: [
            "rubbish\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "HTTP/1.1 abc\r\n\r\n",
        ])
    func rubbishOfNode(_ answer: String) async throws {
        try await scripted { client, node, _ in
            try await client.request("POST", "/", body: "x")
            _ = try await node.read(through: "x")
            try await node.write(answer)
            #expect(try await client.response().status == 502)
        }
    }

    @Test("a silent client is closed without a word, before a request and behind one", arguments: [false, true])
    func idle(_ isSecond: Bool) async throws {
        let behavior = Behavior.unprobed.with { $0.limits.clientIdle = .seconds(3) }
        let node = try await TestNode.start("n1")
        try await withProxy([node.proxyNode], behavior) { proxy in
            let client = try await proxy.connect()
            if isSecond {
                try await client.request("GET", "/")
                _ = try await client.response()
            }
            #expect(await client.readToEnd().readableBytes == 0)
        }
        await node.kill()
    }

    @Test("a head that doesn't end is a 408, even if it goes on", arguments: [false, true])
    func slowHead(_ goesOn: Bool) async throws {
        let behavior = Behavior.unprobed.with { $0.limits.headTime = .milliseconds(50) }
        try await scripted(behavior) { client, _, _ in
            try await client.write("GET / HTTP/1.1\r\nHost: a\r\nX: ")
            let writer = Task { while goesOn, !Task.isCancelled { try await client.write("x") } }
            #expect(try await client.response().status == 408)
            writer.cancel()
            _ = await client.readToEnd()
        }
    }

    @Test("a body without progress is a 408 and ends the node's connection", arguments: [0, 1])
    func slowBody(_ sent: Int) async throws {
        let behavior = Behavior.unprobed.with {
            $0.limits.bodyTime = .milliseconds(50)
            $0.limits.bodyProgress = 2
        }
        try await scripted(behavior) { client, node, _ in
            let begun = String(repeating: "x", count: sent)
            try await client.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n" + begun)
            _ = try await node.request()
            #expect(try await client.response().status == 408)
            _ = await client.readToEnd()
            _ = try await node.connection.readToEnd()
        }
    }

    @Test("a proxy without nodes, or with two of one name, doesn't start")
    func configuration() async {
        let node = ProxyNode(id: "n1", endpoint: Endpoint(host: "127.0.0.1", port: 1))
        await #expect(throws: ProxyStartError.noNodes) { try await withProxy([]) { _ in } }
        await #expect(throws: ProxyStartError.duplicateNode("n1")) { try await withProxy([node, node]) { _ in } }
    }
}
