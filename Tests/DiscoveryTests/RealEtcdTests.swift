import Clocks
import NIOCore
import NIOPosix
import Testing
import Wire

@testable import Discovery

@Suite(
    "Nodes find each other with a real etcd", .tags(.slow, .realEtcd), .timeLimit(.minutes(2)),
    .enabled(if: EtcdServer.isTested, "etcd is not installed"))
struct RealEtcdTests {
    @Test("As the rules say", arguments: DiscoveryRule.allCases.filter { $0 != .outageLosesNobody })
    func rule(_ rule: DiscoveryRule) async throws {
        try await EtcdServer.with { try await rule.check(EtcdSite(server: $0)) }
    }

    @Test(
        "An etcd that is away for longer than a lease loses nobody, however it goes", arguments: EtcdSite.Stop.allCases)
    func outage(_ stop: EtcdSite.Stop) async throws {
        try await EtcdServer.with { try await DiscoveryRule.outageLosesNobody.check(EtcdSite(server: $0, stop: stop)) }
    }

    @Test("After compaction all records are read anew, and watched from there")
    func compaction() async throws {
        try await EtcdServer.with { server async throws in
            let nodes = Nodes(EtcdSite(server: server))
            var timing = DiscoveryRule.patient
            timing.watch = .milliseconds(100)
            try nodes.add(1, timing)
            try await nodes.all(see: [1])
            // What others write moves the revision on, and the watch does not tell of it.
            for number in 0..<5 { try await server.put("other", "\(number)") }
            try await server.compact()
            // By then another watch has begun, after what it can't be told of any more.
            try await nodes.stay(for: .milliseconds(500))
            try nodes.add(2, timing)
            try await nodes.all(see: [1, 2])
            for node in nodes.all { node.cut() }
        }
    }

    @Test("Watches that end again and again tell all changes between them")
    func shortWatches() async throws {
        try await EtcdServer.with { server async throws in
            let nodes = Nodes(EtcdSite(server: server))
            var timing = DiscoveryRule.patient
            timing.watch = .milliseconds(1)
            let reader = try nodes.add(1, timing)
            try await nodes.all(see: [1])
            for number in 2...20 {
                let key = EtcdKeys(prefix: "test").text(Sample.endpoint(number).key)
                let value = String(decoding: try RecordText(Sample.endpoint(number)).encoded(), as: UTF8.self)
                try await server.put(key, value)
            }
            let view = await reader.view(within: Sample.long) { $0.endpoints.numbers == Array(1...20) }
            #expect(view != nil, "\(reader.view.endpoints.numbers)")
            reader.cut()
        }
    }

    @Test("A record that somebody removes is written again")
    func removed() async throws {
        try await EtcdServer.with { server async throws in
            let nodes = Nodes(EtcdSite(server: server))
            let node = try nodes.add(1, DiscoveryRule.patient)
            try await nodes.all(see: [1])
            try await server.delete(EtcdKeys(prefix: "test").text(Sample.endpoint(1).key))
            #expect(await node.view(within: Sample.long) { $0.endpoints.numbers == [] } != nil)
            try await nodes.all(see: [1])
            node.cut()
        }
    }

    @Test("Who leaves leaves nothing behind")
    func nothingLeft() async throws {
        try await EtcdServer.with { server async throws in
            let nodes = Nodes(EtcdSite(server: server))
            let node = try nodes.add(1, DiscoveryRule.patient)
            try await nodes.all(see: [1])
            #expect(try await server.count() == 1)
            await node.leave()
            #expect(try await server.count() == 0)
            #expect(try await !server.ask("/lease/leases", "{}").contains("leases"))
        }
    }

    @Test("What others write is told, and neither used nor in the way")
    func foreign() async throws {
        try await EtcdServer.with { server async throws in
            try await server.put("test/endpoints/web", "{}")
            try await server.put("test/endpoints0", "beside it")
            try await server.put("test/endpoints/a", String(repeating: "x", count: 100_000))
            let nodes = Nodes(EtcdSite(server: server))
            let node = try nodes.add(1, DiscoveryRule.patient)
            try await nodes.all(see: [1])
            #expect(node.view.refusals.count == 2)
            try await server.put("test/endpoints/b", "\u{0}")
            #expect(await node.view(within: Sample.long) { $0.refusals.count == 3 } != nil)
            #expect(node.view.endpoints.numbers == [1])
            node.cut()
        }
    }

    @Test("More endpoints than the limit are told, and the same ones are used by all")
    func tooMany() async throws {
        try await EtcdServer.with { server async throws in
            for number in 1...9 {
                let key = EtcdKeys(prefix: "test").text(Sample.endpoint(number).key)
                let value = String(decoding: try RecordText(Sample.endpoint(number)).encoded(), as: UTF8.self)
                try await server.put(key, value)
            }
            let site = EtcdSite(server: server)
            let nodes = try (1...2).map { _ in try site.node(DiscoveryRule.patient, DiscoveryLimits(endpoints: 4)) }
            for node in nodes {
                let view = try #require(await node.view(within: Sample.long) { $0.isKnown })
                #expect(view.endpoints.all.count == 4)
                #expect(view.refusals.examples.contains(.tooMany(limit: 4)))
            }
            #expect(nodes[0].view.endpoints == nodes[1].view.endpoints)
            for node in nodes { node.cut() }
        }
    }

    @Test("Where a member does not answer, the next one is asked", arguments: [false, true])
    func nextMember(isSilent: Bool) async throws {
        try await EtcdServer.with { server async throws in
            // A listener that nobody serves connects and says nothing; one that is closed refuses.
            let silent = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .bind(host: "127.0.0.1", port: 0).get()
            let other = try #require(Endpoint(silent.localAddress))
            if !isSilent { try await silent.close() }
            let address = try EtcdAddress(parsing: "etcd://\(other),\(server.endpoint)/test")
            let node = EtcdDiscovery(
                address, timing: DiscoveryRule.quick, on: MultiThreadedEventLoopGroup.singleton.next())
            try node.register(Sample.endpoint(1))
            #expect(await node.view(within: Sample.long) { $0.isRegistered && $0.endpoints.numbers == [1] } != nil)
            await node.leave()
            if isSilent { try await silent.close() }
        }
    }
}
