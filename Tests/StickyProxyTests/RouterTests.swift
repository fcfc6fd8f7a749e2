import NIOHTTP1
import NIOPosix
import Testing
import Wire

@testable import StickyProxy

/// Sends requests by their first path word: to the nodes of these names, or nowhere.
private struct WordRouter: RequestRouter {
    func route(_ request: RoutableRequest) -> RoutedRequest {
        let word = request.path.split(separator: "/").first.map(String.init) ?? ""
        switch word {
        case "answer": return RoutedRequest(.answer(RoutedAnswer(418, "short", fields: ["X-By": "router"])))
        case "crash": return RoutedRequest(.crash)
        case "silence": return RoutedRequest(.nodes(["none"], otherwise: .silence))
        case "drop": return RoutedRequest(.nodes(["none"], otherwise: .drop))
        default:
            var routed = RoutedRequest(
                .nodes(word.split(separator: "+").map(String.init), otherwise: .answer(RoutedAnswer(502, "lost"))))
            (routed.target, routed.fields, routed.setsCookie) = ("/inner", [.init("X-Routed", "yes")], true)
            routed.shown = request.cookie("sticklersrv").map(String.init)
            return routed
        }
    }
}

@Suite("A router decides where requests go", .timeLimit(.minutes(1)))
struct RouterTests {
    func withRouter(_ body: (ProxyServer, TestNode) async throws -> Void) async throws {
        let node = try await TestNode.start("n2")
        var configuration = ProxyConfiguration(
            listen: Endpoint(host: "127.0.0.1", port: 0),
            nodes: [ProxyNode(id: "n1", endpoint: .nobody), node.proxyNode],
            behavior: Behavior.unprobed.with { $0.health.connectFall = .max },
            group: MultiThreadedEventLoopGroup.singleton)
        configuration.router = WordRouter()
        let server = try await ProxyServer.start(configuration)
        try await body(server, node)
        try await server.shutdown()
        await node.kill()
    }

    @Test func `it names nodes, which are tried in order, and says what goes on to them`() async throws {
        try await withRouter { server, node in
            for word in ["n2", "n1+n2", "n9+n1+n2"] {
                let response = try await server.listen.fetch("/\(word)")
                #expect(response.status == 200 && response.body == "n2")
                #expect(node.records.last?.head.uri == "/inner")
                #expect(node.records.last?.head.headers["x-routed"] == ["yes"])
                #expect(response.values("set-cookie").first?.hasPrefix("sticklersrv=n2;") == true)
            }
            let known = try await server.listen.fetch("/n2", cookie: "sticklersrv=n2")
            #expect(known.values("set-cookie").isEmpty)
        }
    }

    @Test func `where none can be reached the client gets its answer`() async throws {
        try await withRouter { server, _ in
            for word in ["n1", "n9", "n1+n9"] {
                let response = try await server.listen.fetch("/\(word)")
                #expect(response.status == 502 && response.body == "lost")
            }
        }
    }

    @Test func `it answers by itself, on a connection that lives on`() async throws {
        try await withRouter { server, node in
            let connection = try await server.listen.connect()
            for _ in 1...2 {
                try await connection.request("GET", "/answer")
                let response = try await connection.response()
                #expect(response.status == 418 && response.body == "short" && response.values("x-by") == ["router"])
            }
            try await connection.request("GET", "/n2")
            #expect(try await connection.response().body == "n2")
            await connection.close()
            #expect(node.records.count == 1)
        }
    }

    @Test(arguments: ["drop", "crash"])
    func `it ends a connection without an answer, and in a crash all`(_ word: String) async throws {
        try await withRouter { server, _ in
            let bystander = try await server.listen.connect()
            try await bystander.request("GET", "/n2")
            #expect(try await bystander.response().body == "n2")
            await #expect(throws: (any Error).self) { try await server.listen.fetch("/\(word)") }
            // What comes behind finds the proxy as it was.
            #expect(try await server.listen.fetch("/n2").body == "n2")
            let goesOn: Bool
            do {
                try await bystander.request("GET", "/n2")
                goesOn = try await bystander.response().body == "n2"
            } catch {
                goesOn = false
            }
            #expect(goesOn == (word == "drop"))
            await bystander.close()
        }
    }

    @Test func `a silent client holds nothing up, and can leave`() async throws {
        try await withRouter { server, _ in
            let silent = try await server.listen.connect()
            try await silent.request("GET", "/silence")
            #expect(try await server.listen.fetch("/n2").body == "n2")
            await silent.close()
        }
    }

    @Test func `a proxy with a router may start without nodes`() async throws {
        var configuration = ProxyConfiguration(
            listen: Endpoint(host: "127.0.0.1", port: 0), nodes: [], group: MultiThreadedEventLoopGroup.singleton)
        await #expect(throws: ProxyStartError.noNodes) { try await ProxyServer.start(configuration) }
        configuration.router = WordRouter()
        let server = try await ProxyServer.start(configuration)
        #expect(try await server.listen.fetch("/n1").status == 502)
        try await server.shutdown()
    }
}
