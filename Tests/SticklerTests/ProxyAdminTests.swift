import Foundation
import NIOCore
import NIOPosix
import Testing
import Wire

@testable import Stickler

@Suite("The nodes of a proxy are changed over its admin address", .timeLimit(.minutes(1)))
struct ProxyAdminTests {
    private struct Announcement: Decodable {
        var listen: String
        var admin: String
    }

    struct Answer {
        var status: Int
        var text: String
        /// The states of the nodes it tells, by name.
        var states: [String: String] {
            let nodes = (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [[String: Any]] ?? []
            return Dictionary(
                nodes.map { ("\($0["id"] ?? "?")", "\($0["state"] ?? "?")") }, uniquingKeysWith: { $1 })
        }
    }

    /// A proxy in front of two nodes, a third node, and what asks the proxy's addresses.
    struct Bench: Sendable {
        var listen: String
        var admin: String
        var spare: String

        func ask(
            _ method: String, _ path: String, _ body: String? = nil, fields: [(name: String, value: String)] = [],
            at address: String? = nil
        ) async throws -> Answer {
            let endpoint = try Endpoint(parsing: address ?? admin)
            var fields = fields + [(name: "Host", value: endpoint.description)]
            if let body {
                fields += [("Content-Type", "application/json"), ("Content-Length", "\(body.utf8.count)")]
            }
            let connection = try await HTTPConnection.open(
                ConnectionFactory(target: endpoint, limit: .seconds(5)),
                on: MultiThreadedEventLoopGroup.singleton.next())
            let response = try await connection.send(
                ClientRequest(
                    method: method, target: path, headers: fields, body: ByteBuffer(string: body ?? "")),
                within: .seconds(10))
            await connection.close()
            return Answer(status: response.status, text: String(buffer: response.body))
        }

        /// The nodes that new clients get.
        func newcomers() async throws -> Set<String> {
            var nodes: Set<String> = []
            for _ in 0..<6 {
                let answer = try await ask("GET", "/whoami", at: listen)
                let told = try JSONSerialization.jsonObject(with: Data(answer.text.utf8)) as? [String: Any]
                nodes.insert("\(told?["nodeID"] ?? "none")")
            }
            return nodes
        }
    }

    func withProxy(
        admin: StandaloneProxy.Admin = StandaloneProxy.Admin(address: "127.0.0.1:0"),
        _ body: (Bench) async throws -> Void
    ) async throws {
        var nodes: [StandaloneNode] = []
        for id in ["n1", "n2", "n3"] {
            nodes.append(try await StandaloneNode.start(id: id, listen: "127.0.0.1:0", control: "127.0.0.1:0"))
        }
        let proxy = try await StandaloneProxy.start(
            listen: "127.0.0.1:0", nodes: nodes.prefix(2).map(\.listen), mutant: nil, admin: admin)
        let told = try JSONDecoder().decode(Announcement.self, from: Data(proxy.announcement.utf8))
        try await body(Bench(listen: told.listen, admin: told.admin, spare: nodes[2].listen))
        try await proxy.stop()
        for node in nodes { try await node.stop() }
    }

    @Test func `a node comes, drains, serves again and leaves`() async throws {
        try await withProxy { bench in
            #expect(try await bench.ask("GET", "/nodes").states == ["n1": "serving", "n2": "serving"])
            let added = try await bench.ask("POST", "/nodes", "{\"id\":\"n3\",\"address\":\"\(bench.spare)\"}")
            #expect(added.status == 201)
            #expect(added.states.keys.sorted() == ["n1", "n2", "n3"])
            while try await bench.ask("GET", "/nodes").states["n3"] != "serving" {}
            #expect(try await bench.newcomers() == ["n1", "n2", "n3"])
            #expect(try await bench.ask("POST", "/nodes/n1/drain", "{}").states["n1"] == "draining")
            #expect(try await bench.newcomers() == ["n2", "n3"])
            #expect(try await bench.ask("POST", "/nodes/n1/undrain", "{}").states["n1"] == "serving")
            #expect(try await bench.newcomers() == ["n1", "n2", "n3"])
            let left = try await bench.ask("DELETE", "/nodes/n2")
            #expect(left.status == 200)
            #expect(left.states.keys.sorted() == ["n1", "n3"])
            #expect(try await bench.newcomers() == ["n1", "n3"])
        }
    }

    @Test func `metrics are told in Prometheus text`() async throws {
        try await withProxy { bench in
            let metrics = try await bench.ask("GET", "/metrics")
            #expect(metrics.status == 200)
            for line in [
                "# TYPE stickler_proxy_node_up gauge", "stickler_proxy_node_up{node=\"n1\"} 1",
                "stickler_proxy_node_state{node=\"n2\",state=\"serving\"} 1",
                "stickler_proxy_node_tunnels{node=\"n1\"} 0", "stickler_proxy_node_requests{node=\"n2\"} 0",
            ] { #expect(metrics.text.split(separator: "\n").contains(Substring(line)), "\(metrics.text)") }
        }
    }

    static let refusals: [(method: String, path: String, body: String?, status: Int, words: String)] = [
        ("POST", "/reload", "{}", 409, "started without --config"),
        ("POST", "/nodes", "{\"id\":\"n9\",\"address\":\"127.0.0.1:7\",\"weight\":0}", 400, "from 1 to 256"),
        ("POST", "/nodes", "{}", 400, "expected {\"id\":NAME,\"address\":\"HOST:PORT\",\"weight\":1}"),
        ("POST", "/nodes", "{\"id\":\"n 4\",\"address\":\"127.0.0.1:1\"}", 400, "can't be a node's name"),
        ("POST", "/nodes", "{\"id\":\"n4\",\"address\":\"127.0.0.1\"}", 400, "127.0.0.1"),
        ("POST", "/nodes", "{\"id\":\"n4\",\"address\":\"127.0.0.1:0\"}", 400, "give its port"),
        ("POST", "/nodes", "{\"id\":\"n1\",\"address\":\"127.0.0.1:1\"}", 409, "there is a node \"n1\" already"),
        ("POST", "/nodes/n9/drain", "{}", 404, "there is no node \"n9\"; there are n1, n2"),
        ("DELETE", "/nodes/n9", nil, 404, "there is no node \"n9\""),
        ("POST", "/nodes/n1/explode", "{}", 404, "expected GET /nodes"),
        ("POST", "/nodes/n1/drain", nil, 415, "expected Content-Type: application/json"),
        ("GET", "/", nil, 404, "expected GET /nodes"),
    ]

    @Test func `what can't be done is said, and nothing changes`() async throws {
        try await withProxy { bench in
            for (method, path, body, status, words) in Self.refusals {
                let answer = try await bench.ask(method, path, body)
                #expect(answer.status == status, "\(method) \(path)")
                #expect(answer.text.contains(words), "\(answer.text)")
            }
            let page = try await bench.ask("DELETE", "/nodes/n1", fields: [("Origin", "http://evil.example")])
            #expect(page.status == 403)
            #expect(try await bench.ask("GET", "/nodes").states == ["n1": "serving", "n2": "serving"])
        }
    }

    @Test func `with a token file requests bear the token`() async throws {
        let token = String(repeating: "t0ken", count: 5)
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).token")
        try token.write(to: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: path) }
        try await withProxy(admin: .init(address: "127.0.0.1:0", tokenFile: path.path)) { bench in
            #expect(try await bench.ask("GET", "/nodes").status == 401)
            #expect(try await bench.ask("DELETE", "/nodes/n1").status == 401)
            let borne = try await bench.ask("GET", "/nodes", fields: [("Authorization", "Bearer \(token)")])
            #expect(borne.states == ["n1": "serving", "n2": "serving"])
        }
    }

    @Test func `an admin address that others reach needs a token`() async throws {
        await #expect {
            _ = try await StandaloneProxy.start(
                listen: "127.0.0.1:0", nodes: ["127.0.0.1:1"], mutant: nil, admin: .init(address: "0.0.0.0:0"))
        } throws: { "\($0)".contains("0.0.0.0:0 is not on loopback") }
    }
}
