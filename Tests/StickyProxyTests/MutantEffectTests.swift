import NIOHTTP1
import Defects
import NIOCore
import Testing
import Wire

@testable import StickyProxy

@Suite("A mutant breaks one thing", .timeLimit(.minutes(1)))
struct MutantEffectTests {
    /// A mutant's behavior without probes, for scripted nodes.
    func unprobed(_ name: String) throws -> Behavior {
        try #require(Mutant.named(name)).behavior.with { $0.health.probe = nil }
    }

    /// A frame as a node sends it.
    static func frame(_ opcode: UInt8, _ payload: String) -> [UInt8] {
        var bytes = ByteBuffer(bytes: [0x80 | opcode])
        if payload.utf8.count < 126 {
            bytes.writeInteger(UInt8(payload.utf8.count))
        } else {
            bytes.writeInteger(UInt8(126))
            bytes.writeInteger(UInt16(payload.utf8.count))
        }
        bytes.writeString(payload)
        return Array(bytes.readableBytesView)
    }

    /// An open tunnel through a mutant.
    func tunnel(_ name: String, _ body: (RawConnection, ScriptedNode) async throws -> Void) async throws {
        let mutant = try #require(Mutant.named(name))
        try await scripted(unprobed(name), defects: mutant.defects) { client, node, _ in
            try await client.upgrade("/websocket")
            _ = try await node.request()
            try await node.switchProtocols()
            _ = try await client.head()
            try await body(client, node)
        }
    }

    @Test(
        "upgrade-outside-sockjs-stripped strips by path",
        arguments: [
            ("/websocket", false), ("/sockjs/websocket", true), ("/sockjs/0/abc/websocket", true),
            ("/app/websocket", false), ("/other/0/abc/websocket", false),
        ])
    func stripped(_ path: String, _ forwarded: Bool) async throws {
        try await scripted(unprobed("upgrade-outside-sockjs-stripped")) { client, node, _ in
            try await client.upgrade(path)
            #expect(try await node.request().lowercased().contains("\r\nupgrade: websocket") == forwarded)
        }
    }

    @Test("connection-header-exact knows no list", arguments: [("Upgrade", true), ("keep-alive, Upgrade", false)])
    func exact(_ connection: String, _ forwarded: Bool) async throws {
        try await scripted(unprobed("connection-header-exact")) { client, node, _ in
            try await client.upgrade("/", connection: connection)
            #expect(try await node.request().lowercased().contains("\r\nupgrade: websocket") == forwarded)
        }
    }

    @Test("refusal-replaced gives a 502 without a body")
    func refusal() async throws {
        try await scripted(unprobed("refusal-replaced")) { client, node, _ in
            try await client.upgrade("/")
            _ = try await node.request()
            try await node.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")
            let answer = try await client.response()
            #expect(answer.status == 502 && answer.body.isEmpty)
        }
    }

    @Test(
        "leftover-truncated drops more than 1024 bytes that come with the 101",
        arguments: [(1024, true), (1025, false)])
    func leftOver(_ count: Int, _ delivered: Bool) async throws {
        try await scripted(unprobed("leftover-truncated")) { client, node, _ in
            try await client.upgrade("/")
            _ = try await node.request()
            try await node.switchProtocols(with: String(repeating: "x", count: count))
            _ = try await client.head()
            try await client.write("go on")
            _ = try await node.read(count: 5)
            try await node.write("end")
            #expect(try await client.read(through: "end").utf8.count == (delivered ? count + 3 : 3))
        }
    }

    @Test("corrupts-large-frames changes byte 70000 of the node's stream and no other")
    func flipped() async throws {
        try await tunnel("corrupts-large-frames") { client, node in
            let sent = [UInt8](repeating: 0x61, count: 80_000)
            try await node.write(String(decoding: sent, as: UTF8.self))
            let received = Array(try await client.read(count: 80_000).utf8)
            let changed = sent.indices.filter { sent[$0] != received[$0] }
            #expect(changed == [70_000])
            try await client.write(String(decoding: sent, as: UTF8.self))
            #expect(Array(try await node.read(count: 80_000).utf8) == sent)
        }
    }

    @Test("close-frame-swallowed ends both connections in place of a close frame")
    func swallowed() async throws {
        try await tunnel("close-frame-swallowed") { client, node in
            let text = Self.frame(1, "hello")
            try await node.write(text + Self.frame(8, "") + text)
            #expect(Array(await client.readToEnd().readableBytesView) == text)
            #expect(try await node.connection.readToEnd().readableBytes == 0)
        }
    }

    @Test("sockjs-frame-replayed delivers the tenth array frame twice")
    func replayed() async throws {
        try await tunnel("sockjs-frame-replayed") { client, node in
            let frames = ["o", "h"] + (1...12).map { "a[\"\($0)\"]" }
            for frame in frames { try await node.write(Self.frame(1, frame)) }
            let expected = frames[...11] + frames[11...]
            let bytes = expected.flatMap { Self.frame(1, $0) }
            #expect(try await client.readBytes(count: bytes.count) == bytes)
        }
    }

    @Test("dollar-keys-sanitised changes text frames of the node only")
    func sanitised() async throws {
        try await tunnel("dollar-keys-sanitised") { client, node in
            try await node.write(Self.frame(1, "{\"$date\":1}") + Self.frame(2, "$"))
            let expected = Self.frame(1, "{\"_date\":1}") + Self.frame(2, "$")
            #expect(try await client.readBytes(count: expected.count) == expected)
        }
    }

    @Test("cors-overwritten replaces the origin of an answer that has one")
    func cors() async throws {
        let node = try await TestNode.start("n1", headers: ["Access-Control-Allow-Origin": "http://a.test"])
        try await withProxy([node.proxyNode], unprobed("cors-overwritten")) { proxy in
            let answer = try await proxy.fetch("/")
            #expect(answer.values("access-control-allow-origin") == ["*"])
        }
        try await withProxy([node.proxyNode]) { proxy in
            let answer = try await proxy.fetch("/")
            #expect(answer.values("access-control-allow-origin") == ["http://a.test"])
        }
        await node.kill()
    }

    @Test("non-ascii-bodies-mangled keeps length and ASCII")
    func mangled() async throws {
        let node = try await TestNode.start("né")
        let mutant = try #require(Mutant.named("non-ascii-bodies-mangled"))
        try await withProxy([node.proxyNode], .unprobed, defects: mutant.defects) { proxy in
            let answer = try await proxy.fetch("/")
            #expect(answer.body == "n??")
        }
        await node.kill()
    }

    @Test("no-cookie-on-101 sets the cookie elsewhere")
    func noCookie() async throws {
        try await scripted(unprobed("no-cookie-on-101")) { client, node, proxy in
            try await client.upgrade("/")
            _ = try await node.request()
            try await node.switchProtocols()
            #expect(try await client.head().affinityCookie == nil)
            let other = try await proxy.connect()
            try await other.request("GET", "/")
            try await node.accept()
            _ = try await node.request()
            try await node.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            #expect(try await other.response().affinityCookie != nil)
        }
    }

    @Test("routed-per-connection sends the second client of a connection to the first one's node")
    func perConnection() async throws {
        let nodes = [try await TestNode.start("n1"), try await TestNode.start("n2")]
        try await withProxy(nodes.map(\.proxyNode), unprobed("routed-per-connection")) { proxy in
            let (first, second) = (try await proxy.fetch("/"), try await proxy.fetch("/"))
            let shared = try await proxy.connect()
            for answer in [first, second, first] {
                try await shared.request("GET", "/", cookie: answer.affinityCookie)
                #expect(try await shared.response().body == first.body)
            }
            #expect(try await proxy.fetch("/", cookie: second.affinityCookie).body == second.body)
        }
        for node in nodes { await node.kill() }
    }

    @Test("post-replayed sends a POST to the next node as well")
    func postReplayed() async throws {
        let (one, two) = (try await RawServer.start(), try await RawServer.start())
        let nodes = [ProxyNode(id: "n1", endpoint: one.endpoint), ProxyNode(id: "n2", endpoint: two.endpoint)]
        try await withProxy(nodes, unprobed("post-replayed")) { proxy in
            let client = try await proxy.connect()
            try await client.request("POST", "/send", body: "twice")
            let first = try await one.accept()
            _ = try await first.read(through: "twice")
            await first.close()
            let second = try await two.accept()
            _ = try await second.read(through: "twice")
            try await second.write("HTTP/1.1 204 No Content\r\n\r\n")
            #expect(try await client.head().status == 204)
        }
        await one.stop()
        await two.stop()
    }

    @Test("closes-when-all-down gives no answer")
    func closes() async throws {
        try await withProxy([ProxyNode(id: "n1", endpoint: .nobody)], unprobed("closes-when-all-down")) { proxy in
            let client = try await proxy.connect()
            try await client.request("GET", "/")
            #expect(await client.readToEnd().readableBytes == 0)
        }
    }

    @Test("topology-change-cuts-all ends the tunnels of nodes that are up")
    func cutsAll() async throws {
        let (one, two) = (try await RawServer.start(), try await RawServer.start())
        let nodes = [ProxyNode(id: "n1", endpoint: one.endpoint), ProxyNode(id: "n2", endpoint: two.endpoint)]
        try await withProxy(nodes, unprobed("topology-change-cuts-all")) { proxy in
            let bystander = try await proxy.connect()
            try await bystander.upgrade("/")
            let side = try await one.accept()
            _ = try await side.read(through: "\r\n\r\n")
            try await side.write(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
            _ = try await bystander.head()
            await two.stop()
            var others: [RawConnection] = []
            for _ in 0..<Behavior.reference.health.connectFall {
                let other = try await proxy.connect()
                try await other.request("POST", "/", body: "x")
                _ = try await one.accept()
                others.append(other)
            }
            #expect(await bystander.readToEnd().readableBytes == 0)
            for other in others { await other.close() }
        }
        await one.stop()
    }

    @Test("aborted-upgrade-ejects-node answers 503 after a client gave up", arguments: [false, true])
    func aborted(_ after101: Bool) async throws {
        try await scripted(unprobed("aborted-upgrade-ejects-node")) { client, node, proxy in
            try await client.upgrade("/sockjs/0/abc/websocket")
            _ = try await node.request()
            if after101 {
                try await node.switchProtocols()
                _ = try await client.head()
            }
            await client.close()
            _ = try await node.connection.readToEnd()
            #expect(try await proxy.fetch("/").status == 503)
        }
    }

    @Test("refused-upgrade-ejects-node answers 503 after a refusal of a SockJS session")
    func refusedEjects() async throws {
        try await scripted(unprobed("refused-upgrade-ejects-node")) { client, node, proxy in
            try await client.upgrade("/sockjs/0/abc/websocket")
            _ = try await node.request()
            try await node.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")
            #expect(try await client.response().body == "no")
            #expect(try await proxy.fetch("/").status == 503)
        }
    }

    @Test("upgrade-breaker answers upgrades itself after three refusals, and still forwards all else")
    func breaker() async throws {
        try await scripted(unprobed("upgrade-breaker")) { _, node, proxy in
            for _ in 1...3 {
                let refused = try await proxy.connect()
                try await refused.upgrade("/")
                try await node.accept()
                _ = try await node.request()
                try await node.write("HTTP/1.1 403 X\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno")
                #expect(try await refused.response().body == "no")
            }
            let fourth = try await proxy.connect()
            try await fourth.upgrade("/")
            #expect(try await fourth.response().status == 503)
            try await fourth.request("GET", "/")
            try await node.accept()
            _ = try await node.request()
            try await node.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            #expect(try await fourth.response().status == 200)
        }
    }
}
