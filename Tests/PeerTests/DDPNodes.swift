import Lab
import NIOPosix
import ReferenceNode
import Testing
import Wire

/// Three reference nodes that serve DDP, and handles to break them with.
struct DDPNodes: Sendable {
    let servers: [NodeServer]

    /// The handle of the node of this name.
    func remote(_ nodeID: String) async throws -> NodeRemote {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        for server in servers {
            let remote = try await NodeRemote.attach(server.control, on: loop)
            if remote.nodeID == nodeID { return remote }
        }
        throw UnknownNode(nodeID: nodeID)
    }

    struct UnknownNode: Error {
        var nodeID: String
    }

    /// Runs `body` with nodes `n1` to `n3` behind this front, and the address that clients use.
    static func with(
        _ front: Front, _ body: @escaping @Sendable (Endpoint, DDPNodes) async throws -> Void
    ) async throws {
        var servers: [NodeServer] = []
        for number in 1...3 { servers.append(try await NodeServer.start(NodeConfiguration(nodeID: "n\(number)"))) }
        let nodes = DDPNodes(servers: servers)
        let outcome: Result<Void, any Error>
        do {
            try await front.with(nodes.servers.map(\.listen)) { target in try await body(target, nodes) }
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        for server in nodes.servers { try await server.shutdown() }
        try outcome.get()
    }
}
