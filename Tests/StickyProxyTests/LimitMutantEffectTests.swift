import NIOHTTP1
import Defects
import Testing
import Wire

@testable import StickyProxy

@Suite("A mutant with a limit has that limit", .timeLimit(.minutes(1)))
struct LimitMutantEffectTests {
    /// A mutant's behavior without probes.
    func unprobed(_ name: String) throws -> Behavior {
        try #require(Mutant.named(name)).behavior.with { $0.health.probe = nil }
    }

    @Test("large-bodies-refused answers 413 from 16 KiB on", arguments: [(16_384, 200), (16_385, 413)])
    func bodies(_ bytes: Int, _ status: Int) async throws {
        let node = try await TestNode.start("n1")
        try await withProxy([node.proxyNode], unprobed("large-bodies-refused")) { proxy in
            let client = try await proxy.connect()
            try await client.request("POST", "/", body: String(repeating: "x", count: bytes))
            #expect(try await client.response().status == status)
            // The refused body is read, and the connection goes on.
            try await client.request("GET", "/")
            #expect(try await client.response().status == 200)
            await client.close()
        }
        await node.kill()
    }

    @Test("large-requests-refused answers 431 from 2 KiB on", arguments: [(1_500, 200), (2_100, 431)])
    func requests(_ bytes: Int, _ status: Int) async throws {
        let node = try await TestNode.start("n1", headers: ["X-Large": String(repeating: "x", count: 4_000)])
        try await withProxy([node.proxyNode], unprobed("large-requests-refused")) { proxy in
            let answer = try await proxy.fetch("/", cookie: "a=\(String(repeating: "x", count: bytes))")
            #expect(answer.status == status)
        }
        await node.kill()
    }

    @Test("large-answers-refused answers 502 from 2 KiB on", arguments: [(1_500, 200), (2_100, 502)])
    func answers(_ bytes: Int, _ status: Int) async throws {
        let node = try await TestNode.start("n1", headers: ["X-Large": String(repeating: "x", count: bytes)])
        try await withProxy([node.proxyNode], unprobed("large-answers-refused")) { proxy in
            let answer = try await proxy.fetch("/", cookie: "a=\(String(repeating: "x", count: 4_000))")
            #expect(answer.status == status)
        }
        await node.kill()
    }

    @Test("An address has so many connections, and a tunnel is one of them")
    func addresses() async throws {
        try await scripted(.unprobed.with { $0.limits.connectionsPerAddress = 1 }) { client, node, proxy in
            try await client.upgrade("/websocket")
            _ = try await node.request()
            try await node.switchProtocols()
            _ = try await client.head()
            #expect(try await proxy.fetch("/").status == 503)
        }
        #expect(Mutant.named("address-limited")?.behavior.limits.connectionsPerAddress == 20)
    }

    @Test("A place that is given back can be taken again, by the same address only")
    func places() {
        let places = AddressPlaces(perAddress: 2)
        #expect((0..<4).map { _ in places.take("a") } == [true, true, false, false])
        #expect(places.take("b"))
        places.giveBack("a")
        #expect((0..<2).map { _ in places.take("a") } == [true, false])
    }

    @Test("cookie-of-another-domain names a Domain that isn't the proxy's")
    func domain() async throws {
        let node = try await TestNode.start("n1")
        try await withProxy([node.proxyNode], unprobed("cookie-of-another-domain")) { proxy in
            let fields = try await proxy.fetch("/").values("set-cookie")
            #expect(fields.count == 1 && fields[0].contains("; Domain=lb.example"))
        }
        await node.kill()
    }

    @Test("upgrade-added gives plain requests both fields, and upgrades none")
    func upgrade() async throws {
        let mutant = try #require(Mutant.named("upgrade-added"))
        try await scripted(.unprobed, defects: mutant.defects) { client, node, _ in
            try await client.request("GET", "/")
            let plain = try await node.request().lowercased()
            #expect(plain.contains("\r\nupgrade: close\r\n") && plain.contains("\r\nconnection: close\r\n"))
        }
        try await scripted(.unprobed, defects: mutant.defects) { client, node, _ in
            try await client.upgrade("/websocket")
            let upgrade = try await node.request().lowercased()
            #expect(upgrade.contains("\r\nupgrade: websocket\r\n") && upgrade.contains("\r\nconnection: upgrade\r\n"))
        }
    }
}
