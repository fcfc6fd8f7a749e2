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
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n", 400),
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

    @Test("an idle client is closed")
    func idle() async throws {
        let behavior = Behavior.unprobed.with { $0.limits.clientIdle = .milliseconds(50) }
        try await scripted(behavior) { client, _, _ in
            try await client.write("GET / HTTP/1.1\r\nHost:")
            #expect(await client.readToEnd().readableBytes == 0)
        }
    }

    @Test("a proxy without nodes, or with two of one name, doesn't start")
    func configuration() async {
        let node = ProxyNode(id: "n1", endpoint: Endpoint(host: "127.0.0.1", port: 1))
        await #expect(throws: ProxyStartError.noNodes) { try await withProxy([]) { _ in } }
        await #expect(throws: ProxyStartError.duplicateNode("n1")) { try await withProxy([node, node]) { _ in } }
    }
}
