import Clocks
import NIOCore
import NIOPosix
import Testing
import Wire

@testable import StickyProxy

@Suite("A proxy that leaves", .timeLimit(.minutes(1)))
struct LeavingTests {
    /// A proxy in front of one node that the test plays.
    func withProxy(
        _ body: (_ proxy: ProxyServer, _ node: RawServer) async throws -> Void
    ) async throws {
        let node = try await RawServer.start()
        let proxy = try await ProxyServer.start(
            ProxyConfiguration(
                listen: Endpoint(host: "127.0.0.1", port: 0), nodes: [ProxyNode(id: "n1", endpoint: node.endpoint)],
                behavior: .unprobed, group: MultiThreadedEventLoopGroup.singleton))
        try await body(proxy, node)
        try await proxy.shutdown()
        await node.stop()
    }

    /// Both ends of a WebSocket through the proxy.
    func tunnel(
        _ proxy: ProxyServer, _ node: RawServer
    ) async throws -> (client: RawConnection, node: RawConnection) {
        let client = try await proxy.listen.connect()
        try await client.upgrade("/")
        let side = try await node.accept()
        _ = try await side.read(through: "\r\n\r\n")
        try await side.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
        #expect(try await client.head().status == 101)
        return (client, side)
    }

    @Test("takes no new clients, ends idle connections, and others with the answer they wait for")
    func requests() async throws {
        try await withProxy { proxy, node in
            let (idle, busy) = (try await proxy.listen.connect(), try await proxy.listen.connect())
            try await idle.request("GET", "/")
            let first = try await node.accept()
            _ = try await first.read(through: "\r\n\r\n")
            try await first.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")
            #expect(try await idle.response().values("connection").isEmpty)
            try await busy.request("GET", "/")
            let side = try await node.accept()
            _ = try await side.read(through: "\r\n\r\n")
            let began = MonotonicClock.now
            async let left: Void = proxy.leave(within: .seconds(30))
            #expect(await idle.readToEnd().readableBytes == 0)
            try await side.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            let last = try await busy.response()
            #expect(last.body == "ok")
            #expect(last.values("connection") == ["close"])
            #expect(await busy.readToEnd().readableBytes == 0)
            try await left
            #expect(MonotonicClock.now - began < .seconds(20))
            await #expect(throws: (any Error).self) { _ = try await proxy.listen.connect() }
        }
    }

    @Test("waits for WebSockets to end by themselves, bytes passing meanwhile")
    func tunnels() async throws {
        try await withProxy { proxy, node in
            let (client, side) = try await tunnel(proxy, node)
            let began = MonotonicClock.now
            async let left: Void = proxy.leave(within: .seconds(30))
            try await client.write("there")
            #expect(try await side.read(count: 5) == "there")
            try await side.write("back")
            #expect(try await client.read(count: 4) == "back")
            await client.close()
            #expect(await side.readToEnd().readableBytes == 0)
            await side.close()
            try await left
            #expect(MonotonicClock.now - began < .seconds(20))
        }
    }

    @Test("tells WebSockets that are left after the limit that it goes away, both ends, between two frames")
    func goodbye() async throws {
        try await withProxy { proxy, node in
            let (client, side) = try await tunnel(proxy, node)
            try await side.write(ByteBuffer(bytes: [0x81, 1, 0x61]))
            await client.receive(count: 3)
            async let left: Void = proxy.leave(within: .zero)
            #expect(try await client.readBytes(count: 7) == [0x81, 1, 0x61, 0x88, 2, 0x03, 0xE9])
            let told = try await side.readBytes(count: 8)
            #expect(told.prefix(2) == [0x88, 0x82])
            #expect(zip(told.suffix(2), told[2..<4]).map { $0 ^ $1 } == [0x03, 0xE9])
            // What is still sent destroys nothing of that.
            try await client.write("late")
            #expect(await client.readToEnd().readableBytes == 0)
            await client.close()
            await side.close()
            try await left
        }
    }

    @Test("says nothing in the middle of a frame, which would be taken for a part of it")
    func middle() async throws {
        try await withProxy { proxy, node in
            let (client, side) = try await tunnel(proxy, node)
            try await side.write(ByteBuffer(bytes: [0x81, 5, 0x61]))
            await client.receive(count: 3)
            async let left: Void = proxy.leave(within: .zero)
            #expect(await client.readToEnd() == ByteBuffer(bytes: [0x81, 5, 0x61]))
            await client.close()
            await side.close()
            try await left
        }
    }

    @Test("cuts what does not go, in bounded time")
    func cut() async throws {
        try await withProxy { proxy, node in
            let (client, _) = try await tunnel(proxy, node)
            try await proxy.leave(within: .zero)
            #expect(try await client.readBytes(count: 4) == [0x88, 2, 0x03, 0xE9])
            #expect(await client.readToEnd().readableBytes == 0)
        }
    }
}
