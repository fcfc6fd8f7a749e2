import NIOCore
import TestSupport
import Testing
import Wire

@testable import StickyProxy

/// Each side of the proxy has a layer below it that changes every byte by a key of that side, and so have the peers. What
/// passes by a layer of the proxy arrives garbled.
@Suite(.timeLimit(.minutes(1))) struct `A tunnel over a transport with a layer of its own` {
    private static let clientKey: UInt8 = 0x5a
    private static let nodeKey: UInt8 = 0x33
    /// More than one read of the proxy, with every value of a byte.
    private static let bulk = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }

    private static let transports = Transports(
        client: .layered { _ in MaskingLayer(key: clientKey) }, node: .layered { _ in MaskingLayer(key: nodeKey) })

    @Test func `passes what came in front of it and behind the 101, and all that follows`() async throws {
        try await scripted(over: Self.transports) { client, node, _ in
            try await client.write(
                "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nearly")
            #expect(try await node.request().hasPrefix("GET / HTTP/1.1\r\n"))
            try await node.switchProtocols(with: "first")
            #expect(try await client.head().status == 101)
            #expect(try await client.read(count: 5) == "first")
            #expect(try await node.read(count: 5) == "early")
            let nodeSide = try await node.connection
            for (from, to) in [(client, nodeSide), (nodeSide, client)] {
                try await from.write(ByteBuffer(bytes: Self.bulk))
                let isSame = try await to.readBytes(count: Self.bulk.count) == Self.bulk
                #expect(isSame)
            }
        }
    }

    @Test(arguments: [true, false])
    func `passes the end of one side behind its last byte, and lets the other go on`(clientFirst: Bool) async throws {
        try await scripted(over: Self.transports) { client, node, _ in
            try await client.upgrade("/")
            _ = try await node.request()
            try await node.switchProtocols()
            _ = try await client.head()
            let nodeSide = try await node.connection
            let (first, second) = clientFirst ? (client, nodeSide) : (nodeSide, client)
            try await first.write("last")
            try await first.closeOutput()
            #expect(String(buffer: await second.readToEnd()) == "last")
            try await second.write("still here")
            #expect(try await first.read(count: 10) == "still here")
        }
    }

    /// The wire itself, seen by peers without the layers.
    @Test func `puts no byte on a wire that is not changed by its layer`() async throws {
        func onClientWire(_ text: String) -> String { masked(text, Self.clientKey) }
        func onNodeWire(_ text: String) -> String { masked(text, Self.nodeKey) }
        let server = try await RawServer.start()
        try await withProxy([ProxyNode(id: "n1", endpoint: server.endpoint)], over: Self.transports) { proxy in
            let client = try await proxy.connect()
            let node = ScriptedNode(server)
            try await client.write(
                onClientWire("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nearly"))
            _ = try await node.read(through: onNodeWire("\r\n\r\n"))
            try await node.write(
                onNodeWire("HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nfirst"))
            _ = try await client.read(through: onClientWire("\r\n\r\n"))
            #expect(try await client.read(count: 5) == onClientWire("first"))
            #expect(try await node.read(count: 5) == onNodeWire("early"))
            try await node.write(onNodeWire("frame"))
            #expect(try await client.read(count: 5) == onClientWire("frame"))
            try await client.write(onClientWire("reply"))
            #expect(try await node.read(count: 5) == onNodeWire("reply"))
            await client.close()
        }
        await server.stop()
    }

    private func masked(_ text: String, _ key: UInt8) -> String {
        String(decoding: MaskingLayer.masked(text.utf8, key: key), as: UTF8.self)
    }
}
