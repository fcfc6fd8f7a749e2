import Balancers
import Clocks
import Foundation
import StickyProxy
import Testing
import Wire

@testable import Stickler

@Suite("The configuration of a proxy")
struct ProxyFileTests {
    static let whole = """
        nodes:
          - {id: n1, address: 127.0.0.1:7001, weight: 3}
          - {id: n2, address: "10.0.0.2:7002"}
        upgrade: {paths: [/sockjs/, /websocket], connection: whole-value, refusal: bad-gateway, tunnel: any-answer}
        affinity:
          rule: cookie
          cookie: {name: lb, format: node, path: none, domain: example.com, maxAge: 7d, secure: true, httpOnly: false,
            sameSite: none, twin: lbCORS, refreshed: true, onUpgrade: false, onErrors: false, follows: JSESSIONID,
            sharedAnswers: made-private, otherCookies: replaced}
          sessionCapacity: 0
          unknownKey: refused
          severalKeys: first
          secondMove: refused
          rehomedAfter: 5s
          rehomedCapacity: 7
          scope: connection
        distribution: {order: least-connections, backups: 1, noNode: closed, lastResort: none}
        health:
          probe: {check: connect, path: /up, interval: 5s, timeout: 2s, fall: 2, rise: 10}
          connectFall: 1
          failTimeout: 9s
          readmission: after-all-were-down
          tunnelsOnDown: all
          tunnelsOnUp: all
          refusedUpgradeEjection: 3s
        retry: {rounds: 1, pause: 1s, patience: 2s, idempotent: false, postBodyLimit: 1000,
          cookie: of-the-first}
        headers: {forwardedFor: appended, host: node-address, hopFields: passed, underscores: dropped,
          locationOrigin: "http://app.internal:3000"}
        requests: {strippedPrefix: /app, lengths: both-passed}
        answers: {buffering: whole, errors: replaced, cut: hidden, abandoned: continued}
        changes: {draining: nobody, tunnelsOnDrain: ended, requestsOnRemoval: cut, clientsOnRosterChange: forgotten,
          newNodes: draining, tunnelsOnReload: ended, requestsOnReload: cut, clientsOnReload: forgotten}
        limits:
          headBytes: 8192
          bodyBytes: 1000000
          connections: 200
          tunnelsPerNode: 5
          requestsPerNode: 50
          tunnelIdle: 55s
          tunnelLifetime: 4h
          tunnelSideIdle: {client: 50s, node: 40s}
          firstByte: {limit: 30s, status: 503, then: next-node}
          queue: {requestsPerNode: 50, patience: 5s}
        """

    static var expected: Behavior {
        var behavior = Behavior.reference
        behavior.upgrade.paths = [.prefix("/sockjs/"), .prefix("/websocket")]
        (behavior.upgrade.connection, behavior.upgrade.refusal) = (.wholeValue, .badGateway)
        behavior.upgrade.tunnel = .anyAnswer
        var cookie = Behavior.Affinity.Cookie()
        (cookie.name, cookie.format, cookie.path, cookie.domain) = ("lb", .node, nil, "example.com")
        (cookie.expiry, cookie.isSecure, cookie.isHTTPOnly) = (.maxAge(.seconds(604_800)), true, false)
        (cookie.sameSite, cookie.twin, cookie.isRefreshed) = (Behavior.Affinity.Cookie.SameSite.none, "lbCORS", true)
        (cookie.isOnUpgrade, cookie.isOnErrors, cookie.follows) = (false, false, "JSESSIONID")
        (cookie.sharedAnswers, cookie.otherCookies) = (.madePrivate, .replaced)
        behavior.affinity.rule = .cookie(cookie)
        (behavior.affinity.sessionCapacity, behavior.affinity.unknownKey) = (0, .refused)
        (behavior.affinity.severalKeys, behavior.affinity.secondMove) = (.first, .refused)
        (behavior.affinity.deadNode, behavior.affinity.rehomedCapacity) = (.rehomedLate(.seconds(5)), 7)
        behavior.affinity.scope = .connection
        behavior.changes.draining = .nobody
        (behavior.changes.tunnelsOnDrain, behavior.changes.requestsOnRemoval) = (.ended, .cut)
        (behavior.changes.clientsOnRosterChange, behavior.changes.newNodes) = (.forgotten, .draining)
        (behavior.changes.tunnelsOnReload, behavior.changes.requestsOnReload) = (.ended, .cut)
        behavior.changes.clientsOnReload = .forgotten
        behavior.distribution.order = .leastConnections
        (behavior.distribution.backups, behavior.distribution.noNode) = (1, .closed)
        behavior.distribution.lastResort = nil
        var probe = Behavior.Health.Probe()
        (probe.check, probe.path, probe.interval) = (.connect, "/up", .seconds(5))
        (probe.timeout, probe.fall, probe.rise) = (.seconds(2), 2, 10)
        behavior.health.probe = probe
        (behavior.health.connectFall, behavior.health.failTimeout) = (1, .seconds(9))
        (behavior.health.readmission, behavior.health.tunnelsOnDown) = (.afterAllWereDown, .all)
        behavior.health.tunnelsOnUp = .all
        behavior.health.refusedUpgradeEjection = .seconds(3)
        (behavior.retry.rounds, behavior.retry.pause, behavior.retry.patience) = (1, .seconds(1), .seconds(2))
        (behavior.retry.idempotent, behavior.retry.postBodyLimit) = (false, 1_000)
        (behavior.headers.forwardedFor, behavior.headers.host) = (.appended, .nodeAddress)
        (behavior.headers.hopFields, behavior.headers.underscores) = (.passed, .dropped)
        behavior.headers.locationOrigin = "http://app.internal:3000"
        (behavior.requests.strippedPrefix, behavior.requests.lengths) = ("/app", .bothPassed)
        behavior.retry.cookie = .ofTheFirst
        (behavior.answers.buffering, behavior.answers.errors) = (.whole, .replaced)
        (behavior.answers.cut, behavior.answers.abandoned) = (.hidden, .continued)
        (behavior.limits.headBytes, behavior.limits.bodyBytes) = (8_192, 1_000_000)
        behavior.limits.connections = 200
        (behavior.limits.tunnelsPerNode, behavior.limits.requestsPerNode) = (5, 50)
        (behavior.limits.tunnelIdle, behavior.limits.tunnelLifetime) = (.seconds(55), .seconds(14_400))
        behavior.limits.tunnelSideIdle = .init(client: .seconds(50), node: .seconds(40))
        behavior.limits.firstByte = .init(limit: .seconds(30), status: 503, then: .sentToNextNode)
        behavior.limits.queue = .init(requestsPerNode: 50, patience: .seconds(5))
        return behavior
    }

    @Test func `every knob it has is read`() throws {
        let file = try ProxyFile(file: "p.yml", yaml: Self.whole)
        #expect(
            file.nodes == [
                ProxyNode(id: "n1", endpoint: Endpoint(host: "127.0.0.1", port: 7001), weight: 3),
                ProxyNode(id: "n2", endpoint: Endpoint(host: "10.0.0.2", port: 7002)),
            ])
        #expect(file.behavior == Self.expected)
    }

    @Test func `what is not there is the reference's`() throws {
        let file = try ProxyFile(file: "p.yml", yaml: "affinity: {scope: request}")
        #expect(file.nodes == nil)
        #expect(file.behavior == .reference)
    }

    static let rules: [(yaml: String, rule: Behavior.Affinity.Rule)] = [
        ("rule: cookie", .cookie(.init())), ("rule: none", .none), ("{rule: header, name: X-Node}", .header("X-Node")),
        ("{rule: learned, name: JSESSIONID, capacity: 9}", .learned(cookie: "JSESSIONID", capacity: 9)),
        ("{rule: table, key: address}", .table(of: .address, capacity: 100_000)),
        ("{rule: table, key: cookie, capacity: 40}", .table(of: .cookie(.init()), capacity: 40)),
        ("{rule: hash, key: session}", .hash(of: .session)),
        (
            "{rule: hash, key: cookie JSESSIONID, hash: ring 160}",
            .hash(of: .cookieNamed("JSESSIONID"), .ring(places: 160))
        ),
        ("{rule: hash, key: header X-User, hash: rendezvous}", .hash(of: .header("X-User"))),
        ("{rule: hash, key: server-segment}", .hash(of: .serverSegment)),
    ]

    @Test(arguments: rules.indices)
    func `each rule of affinity has its words`(_ row: Int) throws {
        let (yaml, rule) = Self.rules[row]
        let text = yaml.hasPrefix("{") ? yaml : "{\(yaml)}"
        #expect(try ProxyFile(file: "p.yml", yaml: "affinity: \(text)").behavior.affinity.rule == rule)
    }

    static let wrong: [(yaml: String, says: [String])] = [
        ("", ["p.yml", "empty", "distribution:"]), ("- a", ["is not a mapping"]), ("a: [", ["is not YAML"]),
        ("\nlimit: {}", ["p.yml:2", "limit", "unknown key", "limits"]),
        ("limits:\n  tunnelIdle: 60", ["p.yml:2", "limits.tunnelIdle", "is \"60\"", "90s"]),
        ("limits: {tunnelIdle: 0s}", ["is \"0s\""]), ("limits: {headBytes: 1000000}", ["from 256 to 65536"]),
        ("limits: {firstByte: {status: 200}}", ["limits.firstByte.status", "from 500 to 599"]),
        ("affinity: {rule: sticky}", ["affinity.rule", "cookie or table or hash"]),
        ("affinity: {rule: hash}", ["affinity.key", "is missing", "key: address"]),
        ("affinity: {rule: hash, key: ip}", ["server-segment or address"]),
        ("affinity: {rule: hash, key: session, hash: ring}", ["ring 160"]),
        ("affinity: {rule: none, cookie: {name: a}}", ["the rule sets none"]),
        ("affinity: {cookie: {name: \"a b\"}}", ["is no cookie's"]),
        ("affinity: {cookie: {path: \"/;x\"}}", ["affinity.cookie.path", "semicolon"]),
        ("affinity: {cookie: {secure: yes}}", ["write true or false"]),
        ("health: {probes: false, probe: {path: /x}}", ["take one of the two out"]),
        ("health: {probe: {path: \"/a b\"}}", ["is no path"]),
        ("nodes: []", ["are none"]), ("nodes: [{id: n1}]", ["address is missing"]),
        ("nodes: [{id: n1, address: \"127.0.0.1:0\"}]", ["has no port"]),
        ("nodes: [{id: n1, address: nowhere}]", ["can't be used"]),
        ("nodes: [{id: a, address: \"h:1\"}, {id: a, address: \"h:2\"}]", ["another node too"]),
        ("nodes: [{id: n1, address: \"h:1\", weight: 0}]", ["nodes[0].weight", "from 1 to 256"]),
        ("requests: {strippedPrefix: app/}", ["is no folder"]),
    ]

    @Test(arguments: wrong.indices)
    func `what can't be used is named with its place and what may stand there`(_ row: Int) {
        let (yaml, says) = Self.wrong[row]
        let error = #expect(throws: ManifestError.self) { try ProxyFile(file: "p.yml", yaml: yaml) }
        for words in says { #expect(error?.description.contains(words) == true, "\(error?.description ?? "none")") }
    }

    @Test func `a file that is not there, or no text, is named`() throws {
        let missing = #expect(throws: VerificationError.self) { try ProxyFile(path: "/nowhere/p.yml") }
        #expect(missing?.description.contains("/nowhere/p.yml") == true)
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).yml")
        try Data([0xFF, 0xFE]).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let binary = #expect(throws: VerificationError.self) { try ProxyFile(path: file.path) }
        #expect(binary?.description.contains("UTF-8") == true)
    }
}

@Suite("A running proxy reads its configuration anew", .timeLimit(.minutes(1)))
struct ProxyReloadTests {
    /// A proxy of a file in front of two nodes, a third node, and what changes the file.
    func withProxy(
        _ body: (StandaloneProxy, _ nodes: [StandaloneNode], _ write: (String) throws -> Void) async throws -> Void
    )
        async throws
    {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).yml")
        func write(_ text: String) throws { try Data(text.utf8).write(to: file) }
        var nodes: [StandaloneNode] = []
        for id in ["n1", "n2", "n3"] {
            nodes.append(try await StandaloneNode.start(id: id, listen: "127.0.0.1:0", control: "127.0.0.1:0"))
        }
        try write(Self.nodes(nodes.prefix(2)))
        let proxy = try await StandaloneProxy.start(
            listen: "127.0.0.1:0", nodes: [], configuration: file.path, mutant: nil,
            admin: .init(address: "127.0.0.1:0"))
        try await body(proxy, nodes, write)
        try await proxy.stop()
        for node in nodes { try await node.stop() }
        try FileManager.default.removeItem(at: file)
    }

    static func nodes(_ nodes: some Collection<StandaloneNode>, weight: Int = 1) -> String {
        "nodes:\n"
            + nodes.enumerated().map {
                "  - {id: m\($0.offset), address: \"\($0.element.listen)\", weight: \(weight)}\n"
            }
            .joined()
    }

    private struct Announcement: Decodable {
        var listen: String
        var admin: String
    }

    func bench(_ proxy: StandaloneProxy) throws -> ProxyAdminTests.Bench {
        let told = try JSONDecoder().decode(Announcement.self, from: Data(proxy.announcement.utf8))
        return ProxyAdminTests.Bench(listen: told.listen, admin: told.admin, spare: "")
    }

    @Test func `nodes come, go and change, and the behavior does`() async throws {
        try await withProxy { proxy, nodes, write in
            let bench = try bench(proxy)
            #expect(try await bench.newcomers() == ["n1", "n2"])
            try write(Self.nodes([nodes[0], nodes[2]], weight: 2) + "limits: {bodyBytes: 1}\n")
            #expect(await proxy.reload().contains("\"reloaded\""))
            while try await bench.newcomers() != ["n1", "n3"] {}
            #expect(try await bench.ask("POST", "/whoami", "{}", at: bench.listen).status == 413)
            #expect(try await bench.ask("GET", "/nodes").states.keys.sorted() == ["m0", "m1"])
        }
    }

    @Test func `over the admin address too; a file that can't be used changes nothing`() async throws {
        try await withProxy { proxy, nodes, write in
            let bench = try bench(proxy)
            try write(Self.nodes(nodes.prefix(2)) + "limits: {bodyBytes: 1}\n")
            #expect(try await bench.ask("POST", "/reload", "{}").status == 200)
            try write("limits: {bodyBytes: 100}\nnodes: 1\n")
            let refused = try await bench.ask("POST", "/reload", "{}")
            #expect(refused.status == 422)
            #expect(refused.text.contains(".yml:2"))
            #expect(await proxy.reload().contains("\"refused\""))
            try write("limits: {bodyBytes: 100}\n")
            #expect(await proxy.reload().contains("names no nodes any more"))
            #expect(try await bench.ask("POST", "/whoami", "{}", at: bench.listen).status == 413)
            #expect(try await bench.newcomers() == ["n1", "n2"])
        }
    }

    @Test func `nodes are named in one place`() async throws {
        for (nodes, says) in [([], "there is no node"), (["127.0.0.1:1"], "name them in one place")] {
            let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).yml")
            let text = nodes.isEmpty ? "limits: {bodyBytes: 1}\n" : "nodes: [{id: a, address: \"127.0.0.1:1\"}]\n"
            try Data(text.utf8).write(to: file)
            let error = await #expect(throws: VerificationError.self) {
                _ = try await StandaloneProxy.start(
                    listen: "127.0.0.1:0", nodes: nodes, configuration: file.path, mutant: nil)
            }
            #expect(error?.description.contains(says) == true, "\(error?.description ?? "none")")
            try FileManager.default.removeItem(at: file)
        }
    }
}
