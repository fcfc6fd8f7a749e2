import NIOCore
import NIOPosix
import Wire

@testable import StickyProxy

/// A proxy in front of some nodes for the time of one test.
func withProxy(
    _ nodes: [ProxyNode], _ behavior: Behavior = .unprobed, defects: [any Defect] = [],
    over transports: Transports = Transports(), _ body: (Endpoint) async throws -> Void
) async throws {
    try await withProxyServer(nodes, behavior, defects: defects, over: transports) { try await body($0.listen) }
}

/// The same, for a test that changes the proxy.
func withProxyServer(
    _ nodes: [ProxyNode], _ behavior: Behavior = .unprobed, defects: [any Defect] = [],
    over transports: Transports = Transports(), instances: Int = 1, _ body: (ProxyServer) async throws -> Void
) async throws {
    var configuration = ProxyConfiguration(
        listen: Endpoint(host: "127.0.0.1", port: 0), nodes: nodes, behavior: behavior, defects: defects,
        group: MultiThreadedEventLoopGroup.singleton)
    configuration.clientTransport = transports.client
    configuration.nodeTransport = transports.node
    configuration.instances = instances
    let server = try await ProxyServer.start(configuration)
    do {
        try await body(server)
    } catch {
        try await server.shutdown()
        throw error
    }
    try await server.shutdown()
}

/// What the two sides of a proxy speak through.
struct Transports {
    var client = ByteTransport.plain
    var node = ByteTransport.plain
}

extension Behavior {
    /// The reference without probes, so that a scripted node sees only what the test sends.
    static var unprobed: Behavior {
        var behavior = Behavior.reference
        behavior.health.probe = nil
        return behavior
    }

    /// Changes one thing.
    func with(_ change: (inout Behavior) -> Void) -> Behavior {
        var copy = self
        change(&copy)
        return copy
    }
}

extension Endpoint {
    /// Where nothing ever listens: a port that was free a moment ago may be another test's by now.
    static let nobody = Endpoint(host: "127.66.66.66", port: 1)

    func connect(over transport: ByteTransport = .plain) async throws -> RawConnection {
        try await RawConnection.open(to: self, over: transport)
    }

    /// One request on a connection of its own.
    func fetch(
        _ path: String, method: String = "GET", cookie: String? = nil, fields: [String] = [], body: String? = nil
    ) async throws -> RawResponse {
        let connection = try await connect()
        try await connection.request(method, path, cookie: cookie, fields: fields, body: body)
        let response = try await connection.response()
        await connection.close()
        return response
    }
}
