import NIOCore
import Testing
import Wire

@testable import StickyProxy

@Suite("Requests and answers go through unchanged", .timeLimit(.minutes(1)))
struct ForwardingTests {
    @Test("one client connection carries several requests, and so does the node's")
    func keepAlive() async throws {
        let node = try await TestNode.start("n1")
        try await withProxy([node.proxyNode]) { proxy in
            let client = try await proxy.connect()
            for index in 0..<3 {
                try await client.request("GET", "/\(index)")
                #expect(try await client.response().body == "n1")
            }
            #expect(node.records.map(\.head.uri) == ["/0", "/1", "/2"])
            #expect(node.connections == 1)
        }
        await node.kill()
    }

    @Test("an upgrade becomes a tunnel; what came with the 101 arrives, and both ways go on")
    func tunnel() async throws {
        let node = try await RawServer.start()
        try await withProxy([ProxyNode(id: "n1", endpoint: node.endpoint)]) { proxy in
            let client = try await proxy.connect()
            try await client.upgrade("/websocket", connection: "keep-alive, Upgrade")
            let backend = try await node.accept()
            let request = try await backend.read(through: "\r\n\r\n").lowercased()
            #expect(request.contains("\r\nupgrade: websocket\r\n"))
            #expect(request.contains("\r\nconnection: upgrade\r\n"))
            try await backend.write(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nfirst")
            let head = try await client.head()
            #expect(head.status == 101)
            #expect(head.affinityCookie != nil)
            #expect(try await client.read(count: 5) == "first")
            try await client.write("ping")
            #expect(try await backend.read(count: 4) == "ping")
            try await backend.write("pong")
            #expect(try await client.read(count: 4) == "pong")
        }
        await node.stop()
    }
}
