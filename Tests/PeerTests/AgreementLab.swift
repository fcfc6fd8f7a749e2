import Fleet
import History
import Lab
import NIOPosix
import ReferenceNode
import StickyProxy
import Wire

/// Reference nodes with each fault of the table, and fresh proxies in front of them.
final class AgreementLab: Sendable {
    private struct Pair: Sendable {
        var fault: Lab.NodeFault?
        var nodes: [NodeServer]
    }

    let group: MultiThreadedEventLoopGroup
    private let pairs: [Pair]

    private init(group: MultiThreadedEventLoopGroup, pairs: [Pair]) {
        self.group = group
        self.pairs = pairs
    }

    /// Starts two nodes for each fault; their iframe pages load the client from `clientURL`.
    static func start(clientURL: String) async throws -> AgreementLab {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var pairs: [Pair] = []
        for fault in Set(AgreementSituation.allCases.map(\.fault)) {
            var nodes: [NodeServer] = []
            for number in 1...2 {
                let node = try await NodeServer.start(.browserPeer("n\(number)", clientURL: clientURL))
                if let fault { try await NodeRemote.attach(node.control, on: group.next()).inject(fault) }
                nodes.append(node)
            }
            pairs.append(Pair(fault: fault, nodes: nodes))
        }
        return AgreementLab(group: group, pairs: pairs)
    }

    /// A proxy that no client has used yet.
    func proxy(_ cell: AgreementCell) async throws -> ProxyServer {
        let nodes = pairs.first(where: { $0.fault == cell.situation.fault })?.nodes ?? []
        return try await ProxyServer.start(
            ProxyConfiguration(
                listen: Endpoint(host: cell.host, port: 0),
                nodes: nodes.enumerated().map { ProxyNode(id: "n\($0.offset + 1)", endpoint: $0.element.listen) },
                behavior: cell.situation.behavior, group: group))
    }

    /// A client of ours whose page stands where the browser's does.
    func client(
        _ cell: AgreementCell, of proxy: ProxyServer, origin: String, recorder: HistoryRecorder
    ) -> VirtualClient {
        let client = VirtualClient(
            name: cell.description, target: .init(endpoint: proxy.listen), source: nil, seed: 1, loop: group.next(),
            recorder: recorder)
        client.profile = cell.situation.isCrossSite ? .crossSite(origin) : .crossOrigin(origin)
        return client
    }

    func shutdown() async throws {
        for pair in pairs {
            for node in pair.nodes { try await node.shutdown() }
        }
        try await group.shutdownGracefully()
    }
}
