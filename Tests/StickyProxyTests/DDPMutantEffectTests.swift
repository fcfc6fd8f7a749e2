import Clocks
import Defects
import NIOCore
import Testing
import Wire

@testable import StickyProxy

@Suite("A mutant of DDP's tunnels breaks one thing", .timeLimit(.minutes(1)))
struct DDPMutantEffectTests {
    /// An open tunnel through a mutant whose idle times are those of the lab.
    func tunnel(
        _ name: String, timeScale: Double = 0.01, _ body: (RawConnection, ScriptedNode, Endpoint) async throws -> Void
    ) async throws {
        let mutant = try #require(Mutant.named(name))
        let behavior = mutant.behavior.with {
            $0.health.probe = nil
            $0.limits.scaleIdle(by: timeScale)
        }
        try await scripted(behavior, defects: mutant.defects) { client, node, proxy in
            try await open(client, node)
            try await body(client, node, proxy)
        }
    }

    func open(_ client: RawConnection, _ node: ScriptedNode) async throws {
        try await client.upgrade("/websocket")
        _ = try await node.request()
        try await node.switchProtocols()
        _ = try await client.head()
    }

    @Test("tunnels-expire ends a tunnel that is never silent")
    func expire() async throws {
        try await tunnel("tunnels-expire", timeScale: 0.1) { client, node, _ in
            try await node.write("x")
            #expect(try await client.read(count: 1) == "x")
            // Far below the time without a byte that ends a tunnel.
            let talk = Task {
                while !Task.isCancelled {
                    try await node.write("x")
                    try await MonotonicClock().sleep(for: .milliseconds(10))
                }
            }
            _ = await client.readToEnd()
            talk.cancel()
        }
    }

    @Test("quiet-tunnels-cut ends a silent tunnel")
    func quiet() async throws {
        try await tunnel("quiet-tunnels-cut") { client, _, _ in
            #expect(await client.readToEnd().readableBytes == 0)
        }
    }

    /// A masked frame as a client sends it.
    static func masked(_ payload: String) -> [UInt8] {
        let mask: [UInt8] = [1, 2, 3, 4]
        return [0x81, 0x80 | UInt8(payload.utf8.count)] + mask
            + payload.utf8.enumerated().map { $0.element ^ mask[$0.offset % 4] }
    }

    @Test("client-frame-replayed delivers the client's second text twice, in pieces too", arguments: [1, 1_000])
    func replayed(_ size: Int) async throws {
        try await tunnel("client-frame-replayed") { client, node, _ in
            let frames = ["one", "two", "three"].map(Self.masked)
            let bytes = frames.flatMap { $0 }
            for start in stride(from: 0, to: bytes.count, by: size) {
                try await client.write(ByteBuffer(bytes: bytes[start..<min(start + size, bytes.count)]))
            }
            let expected = frames[0] + frames[1] + frames[1] + frames[2]
            #expect(try await node.connection.readBytes(count: expected.count) == expected)
        }
    }

    @Test("node-frame-dropped loses the node's nineteenth text and no other frame", arguments: [1, 1_000])
    func dropped(_ size: Int) async throws {
        try await tunnel("node-frame-dropped") { client, node, _ in
            let frames = (1...25).map { MutantEffectTests.frame($0 == 3 ? 9 : 1, "text \($0)") }
            let bytes = frames.flatMap { $0 }
            for start in stride(from: 0, to: bytes.count, by: size) {
                try await node.write(Array(bytes[start..<min(start + size, bytes.count)]))
            }
            // The third is a ping, so the twentieth frame is the nineteenth text.
            let expected = (frames[..<19] + frames[20...]).flatMap { $0 }
            #expect(try await client.readBytes(count: expected.count) == expected)
        }
    }

    @Test("tunnels-limited refuses an upgrade to a full node")
    func limited() async throws {
        let behavior = Behavior.unprobed.with { $0.limits.tunnelsPerNode = 1 }
        try await scripted(behavior) { client, node, proxy in
            try await open(client, node)
            let second = try await proxy.connect()
            try await second.upgrade("/websocket")
            #expect(try await second.response().status == 503)
            await second.close()
        }
    }

    @Test("checks-connect-only is content with a connection: the next probe does not wait for an answer")
    func connectOnly() async throws {
        let server = try await RawServer.start()
        let behavior = Behavior.reference.with {
            $0.health.probe?.check = .connect
            $0.health.probe?.interval = .milliseconds(1)
            $0.health.probe?.timeout = .seconds(600)
        }
        try await withProxy([ProxyNode(id: "n1", endpoint: server.endpoint)], behavior) { _ in
            for _ in 1...5 { _ = try await server.accept() }
        }
        await server.stop()
    }
}
