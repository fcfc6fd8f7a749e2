import NIOConcurrencyHelpers
import NIOCore
import Wire

@testable import StickyProxy

/// A node that the test plays itself; it accepts a connection when the test first uses it.
final class ScriptedNode: Sendable {
    private let server: RawServer
    private let current = NIOLockedValueBox<RawConnection?>(nil)

    init(_ server: RawServer) { self.server = server }

    var connection: RawConnection {
        get async throws {
            if let connection = current.withLockedValue({ $0 }) { return connection }
            return try await accept()
        }
    }

    /// The next connection of the proxy, which takes the place of the present one.
    @discardableResult
    func accept() async throws -> RawConnection {
        let connection = try await server.accept()
        current.withLockedValue { $0 = connection }
        return connection
    }

    func request() async throws -> String { try await connection.read(through: "\r\n\r\n") }
    func read(through text: String) async throws -> String { try await connection.read(through: text) }
    func read(count: Int) async throws -> String { try await connection.read(count: count) }
    func write(_ text: String) async throws { try await connection.write(text) }
    func write(_ bytes: [UInt8]) async throws { try await connection.write(ByteBuffer(bytes: bytes)) }
    func switchProtocols(with firstBytes: String = "") async throws {
        try await write(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n" + firstBytes)
    }
}

/// One proxy in front of one node that the test plays itself, and one client.
func scripted(
    _ behavior: Behavior = .unprobed, defects: [any Defect] = [], over transports: Transports = Transports(),
    _ body: (_ client: RawConnection, _ node: ScriptedNode, _ proxy: Endpoint) async throws -> Void
) async throws {
    let server = try await RawServer.start(over: transports.node)
    let nodes = [ProxyNode(id: "n1", endpoint: server.endpoint)]
    try await withProxy(nodes, behavior, defects: defects, over: transports) { proxy in
        let client = try await proxy.connect(over: transports.client)
        try await body(client, ScriptedNode(server), proxy)
        await client.close()
    }
    await server.stop()
}
