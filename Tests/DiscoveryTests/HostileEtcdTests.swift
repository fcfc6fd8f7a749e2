import Clocks
import NIOPosix
import Testing

@testable import Discovery

@Suite("Whatever calls itself etcd does no harm", .timeLimit(.minutes(1)))
struct HostileEtcdTests {
    static let timing: DiscoveryTiming = {
        var timing = DiscoveryRule.patient
        timing.heartbeat = .milliseconds(100)
        timing.firstRetry = .milliseconds(10)
        timing.longestRetry = .milliseconds(50)
        return timing
    }()

    static let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    static let long = String(repeating: "x", count: 65_536)
    static let replies: [(what: String, reply: ScriptedEtcd.Reply)] = [
        ("no HTTP", .bytes("nonsense\r\n\r\n")),
        ("the end of the connection", .cut("")),
        ("the end in a head", .cut("HTTP/1.1 200 OK\r\nContent-Le")),
        ("the end in a body", .cut("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"header\":")),
        ("the end in a chunk", .cut(chunked + "64\r\n{\"result\":")),
        ("nothing", .bytes("")),
        ("an upgrade", .bytes("HTTP/1.1 101 X\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n")),
        ("an error", .status(500, #"{"message":"etcdserver: no leader","code":14}"#)),
        ("a refusal", .status(401, #"{"message":"etcdserver: user name is empty","code":16}"#)),
        ("no such page", .status(404, "Not Found")),
        ("an empty body", .json("")),
        ("a body that is no JSON", .json("<html>")),
        ("JSON of other kinds", .json("[null]")),
        ("an error with status 200", .json(#"{"error":{"message":"\u0000","code":2}}"#)),
        (
            "numbers out of range",
            .json(#"{"header":{"revision":"99999999999999999999"},"ID":"-1","result":{"TTL":"-3"}}"#)
        ),
        ("numbers that are none", .json(#"{"header":{"revision":{}},"ID":[],"result":{"TTL":"0x1"}}"#)),
        ("deep JSON", .json(String(repeating: "[", count: 50_000))),
        ("an endless body", .endless(chunked, then: "10000\r\n\(long)\r\n")),
        ("an endless head", .endless("HTTP/1.1 200 OK\r\nX: ", then: long)),
        ("an endless line", .endless("HTTP/1.1 200 OK\r\n\r\n{\"result\":\"", then: long)),
    ]
    static let paths = ["/v3/lease/grant", "/v3/kv/put", "/v3/lease/keepalive", "/v3/kv/range", "/v3/watch"]

    @Test("What is wrong is tried again until it is right", arguments: paths, replies.indices)
    func wrong(_ path: String, _ index: Int) async throws {
        let (what, reply) = Self.replies[index]
        try await ScriptedEtcd.with { asked, number in
            asked == path && number < 2 ? reply : ScriptedEtcd.good(asked)
        } _: { server async throws in
            let node = try Self.node(server, answer: .milliseconds(500))
            try node.register(Sample.endpoint(1))
            try await server.asked(path, times: 3)
            let view = await node.view(within: Sample.long) {
                $0.isRegistered && $0.endpoints.numbers == [1, 2] && $0.trouble == nil
            }
            #expect(view != nil, "\(what) for \(path): \(node.view)")
            // What it takes, and what the sockets of both ends may hold.
            #expect(server.sent < 16 << 20)
            node.cut()
        }
    }

    @Test(
        "It is told what is wrong",
        arguments: [
            (ScriptedEtcd.Reply.status(401, #"{"message":"etcdserver: user name is empty"}"#), "user name is empty"),
            (.status(404, "Not Found"), "etcd 3.4"), (.json("<html>"), "does not answer as etcd does"),
            (.cut(""), "stay in use"), (.endless(chunked, then: "10000\r\n\(long)\r\n"), "more than"),
        ])
    func told(_ reply: ScriptedEtcd.Reply, _ words: String) async throws {
        try await ScriptedEtcd.with { path, _ in
            path == "/v3/kv/range" ? reply : ScriptedEtcd.good(path)
        } _: { server async throws in
            let node = try Self.node(server)
            let endpoint = "\(server.endpoint)"
            let view = await node.view(within: Sample.long) { view in
                view.trouble.map { $0.description.contains(words) && $0.description.contains(endpoint) } ?? false
            }
            #expect(view?.isKnown == false, "\(node.view.trouble?.description ?? "no trouble")")
            node.cut()
        }
    }

    @Test("A watch that breaks is begun again behind the last change that it told")
    func resumes() async throws {
        let told = #"{"result":{"header":{"revision":"8"},"events":[{"kv":\#(ScriptedEtcd.record(2, at: 8))}]}}"#
        let line = #"{"result":{"header":{"revision":"8"},"created":true}}"# + "\n" + told + "\n"
        try await ScriptedEtcd.with { path, number in
            path == "/v3/watch" && number == 0
                ? .cut("HTTP/1.1 200 OK\r\n\r\n" + line) : ScriptedEtcd.good(path)
        } _: { server async throws in
            let node = try Self.node(server)
            try await server.asked("/v3/watch", times: 2)
            let starts = server.bodies("/v3/watch").map { $0.contains(#""start_revision":"3""#) }
            #expect(starts == [true, false])
            #expect(server.bodies("/v3/watch")[1].contains(#""start_revision":"9""#))
            node.cut()
        }
    }

    @Test("A connection that was closed while it was idle is no trouble")
    func idleClose() async throws {
        try await ScriptedEtcd.with { path, number in
            // What comes on a connection that has had its answer meets its end.
            path == "/v3/kv/range" && number % 2 == 1 ? .cut("") : ScriptedEtcd.good(path)
        } _: { server async throws in
            let node = try Self.node(server, refresh: .milliseconds(20))
            let views = node.views()
            async let trouble = views.first { $0.trouble != nil }
            try await server.asked("/v3/kv/range", times: 7)
            node.cut()
            #expect(await trouble == nil)
        }
    }

    /// How a registry makes its readers read again and again.
    enum Restlessness: Sendable, CaseIterable {
        case compacts, forgets

        func answer(_ path: String, _ number: Int) -> ScriptedEtcd.Reply {
            switch (self, path) {
            case (.compacts, "/v3/watch"):
                .lines([
                    #"{"result":{"header":{"revision":"9"},"created":true}}"#,
                    #"{"result":{"canceled":true,"compact_revision":"9"}}"#,
                ])
            case (.forgets, "/v3/watch"): .lines([#"{"result":{"header":{"revision":"1"},"created":true}}"#])
            case (.forgets, "/v3/kv/range"): .json(#"{"header":{"revision":"\#(1_000 - number)"}}"#)
            default: ScriptedEtcd.good(path)
            }
        }
    }

    @Test("A registry that always compacts, or always forgets, is asked with pauses", arguments: Restlessness.allCases)
    func paced(_ restlessness: Restlessness) async throws {
        try await ScriptedEtcd.with(restlessness.answer) { server async throws in
            let started = MonotonicClock.now
            let node = try Self.node(server)
            try await server.asked("/v3/kv/range", times: 8)
            // Pauses of 10, 20, 40 and then 50 ms, of each of which the spread may take half.
            #expect(MonotonicClock.now - started > .milliseconds(120))
            node.cut()
        }
    }

    /// A node that waits for answers as long as a test may take, unless silence is what the test is about.
    static func node(
        _ server: ScriptedEtcd, answer: Duration = Sample.long, refresh: Duration = .seconds(600)
    ) throws -> EtcdDiscovery {
        var timing = timing
        timing.answer = answer
        timing.refresh = refresh
        return EtcdDiscovery(
            try server.address, timing: timing, limits: DiscoveryLimits(endpoints: 16),
            on: MultiThreadedEventLoopGroup.singleton.next())
    }
}
