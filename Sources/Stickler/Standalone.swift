import Defects
import NIOPosix
import ReferenceNode
import StickyProxy
import Wire

/// A node that runs by itself, for a balancer on this or another host.
public struct StandaloneNode: Sendable {
    private let node: NodeServer
    private let id: String

    /// One line of JSON: where it accepts and where it is controlled.
    public var announcement: String {
        "{\"listen\":\"\(node.listen)\",\"control\":\"\(node.control)\",\"nodeID\":\"\(id)\"}"
    }

    /// Starts a node.
    public static func start(id: String, listen: String, control: String) async throws(VerificationError) -> Self {
        let named =
            !id.isEmpty
            && id.utf8.allSatisfy {
                $0 == 45 || $0 == 95 || (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
            }
        guard named else {
            throw .usage("\"\(id)\" can't be a node's id; use letters, digits, - and _")
        }
        do {
            let node = try await NodeServer.start(
                NodeConfiguration(
                    nodeID: id, listen: try Endpoint(parsing: listen), control: try Endpoint(parsing: control)))
            return StandaloneNode(node: node, id: id)
        } catch {
            throw .usage("the node can't listen on \(listen) with control \(control): \(error)")
        }
    }

    /// Stops it.
    public func stop() async throws { try await node.shutdown() }
}

/// The reference proxy running by itself.
public struct StandaloneProxy: Sendable {
    private let proxy: ProxyServer
    private let group: MultiThreadedEventLoopGroup

    /// One line of JSON: where it accepts.
    public var announcement: String { "{\"listen\":\"\(proxy.listen)\"}" }

    /// Starts the proxy in front of these nodes.
    public static func start(
        listen: String, nodes: [String], mutant mutantName: String?
    ) async throws(VerificationError) -> Self {
        let mutant = mutantName.flatMap(Mutant.named)
        if let mutantName, mutant == nil {
            throw .usage("no mutant is called \"\(mutantName)\"; `stickler mutants` lists them")
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let endpoints = try nodes.map { try Endpoint(parsing: $0) }
            let configuration = ProxyConfiguration(
                listen: try Endpoint(parsing: listen),
                nodes: endpoints.enumerated().map { ProxyNode(id: "n\($0.offset + 1)", endpoint: $0.element) },
                behavior: mutant?.behavior ?? .reference, defects: mutant?.defects ?? [], group: group)
            return StandaloneProxy(proxy: try await ProxyServer.start(configuration), group: group)
        } catch {
            throw .usage("the proxy can't listen on \(listen): \(error)")
        }
    }

    /// Stops it.
    public func stop() async throws {
        try await proxy.shutdown()
        try await group.shutdownGracefully()
    }
}
