import Foundation
import NIOCore
import NIOPosix
import SockJS
import Testing
import Wire

@testable import Stickler

@Suite("A node of a cluster that runs by itself", .timeLimit(.minutes(1)))
struct ClusterNodeTests {
    private struct Announcement: Decodable {
        var listen: String
        var control: String
        var endpoint: String
        var nodeID: String
    }

    private func start(
        listen: String = "127.0.0.1:0", environment: [String: String] = [:],
        _ change: (inout ClusterOptions) -> Void = { _ in }
    ) async throws -> StandaloneClusterNode? {
        var options = ClusterOptions()
        change(&options)
        return try await StandaloneClusterNode.start(
            id: "n1", listen: listen, control: "127.0.0.1:0", cluster: options, environment: environment,
            program: "none")
    }

    private func get(_ path: String, at address: String) async throws -> ClientResponse {
        let endpoint = try Endpoint(parsing: address)
        let connection = try await HTTPConnection.open(
            ConnectionFactory(target: endpoint, limit: .seconds(5)), on: MultiThreadedEventLoopGroup.singleton.next())
        let request = ClientRequest(
            method: "GET", target: path, headers: [("Host", address)], body: ByteBuffer())
        let response = try await connection.send(request, within: .seconds(10))
        await connection.close()
        return response
    }

    @Test func `its balancer names its endpoint, and sends requests for it there`() async throws {
        let node = try #require(try await start(environment: ["CLUSTER_DISCOVERY_URL": "memory"]))
        let told = try JSONDecoder().decode(Announcement.self, from: Data(node.announcement.utf8))
        let info = try SockJSInfo(parsing: String(buffer: try await get("/sockjs/info", at: told.listen).body))
        let base = try #require(info.baseURL)
        #expect(base.hasPrefix("http://\(told.listen)/cluster-ddp/") && base.hasSuffix("/web"))
        let below = try await get("\(base.dropFirst("http://\(told.listen)".count))/info", at: told.listen)
        #expect(below.status == 200 && below.values(of: "x-stickler-node") == ["n1"])
        let page = try await get("/", at: told.listen)
        #expect(page.values(of: "x-stickler-node") == ["n1"])
        #expect(page.values(of: "set-cookie").contains { $0.hasPrefix("cluster-endpoint::web=") })
        #expect(try await get("/whoami", at: String(told.endpoint.dropFirst(7))).status == 200)
        #expect(try await get("/status", at: told.control).status == 200)
        try await node.stop()
    }

    @Test func `without a registry it is none of a cluster`() async throws {
        let node = try await start()
        #expect(node?.announcement == nil)
    }

    @Test(arguments: ["service", "workers", "endpoint", "lease"])
    func `what is said of a cluster needs one`(_ what: String) async throws {
        let error = await #expect(throws: VerificationError.self) {
            try await start {
                switch what {
                case "service": $0.service = "web"
                case "workers": $0.workers = "2"
                case "endpoint": $0.endpoint = "127.0.0.1:0"
                default: $0.lease = .seconds(5)
                }
            }
        }
        #expect(error?.description.contains("--cluster etcd://HOST:PORT") == true)
    }

    @Test func `an endpoint that nobody could reach is refused`() async throws {
        let error = await #expect(throws: VerificationError.self) {
            try await start(listen: "0.0.0.0:0") { $0.discovery = "memory" }
        }
        #expect(error?.description.contains("--endpoint-url http://HOST:PORT") == true)
    }

    @Test(arguments: ["meteor-cluster", "meteor-cluster-1.6.9"])
    func `a proxy alone can not be a balancer within an app`(_ name: String) async throws {
        let error = await #expect(throws: VerificationError.self) {
            try await StandaloneProxy.start(
                listen: "127.0.0.1:0", nodes: ["127.0.0.1:1"], profile: name, mutant: nil)
        }
        #expect(error?.description.contains("stickler node --cluster") == true)
    }

    @Test func `a proxy alone can not start nodes as the load wants them`() async throws {
        let error = await #expect(throws: VerificationError.self) {
            try await StandaloneProxy.start(
                listen: "127.0.0.1:0", nodes: ["127.0.0.1:1"], profile: "auto-scaling", mutant: nil)
        }
        #expect(error?.description.contains("needs nodes of its own") == true)
        #expect(error?.exitCode == 2)
    }
}
