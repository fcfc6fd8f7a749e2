import Fleet
import History
import Lab
import NIOCore
import NIOPosix
import ReferenceNode
import SockJS
import StickyProxy
import Synchronization
import Wire

/// Reference nodes with each fault of the table, and fresh proxies in front of them.
final class AgreementLab: Sendable {
    private struct Pair: Sendable {
        var fault: NodeFault?
        var nodes: [NodeServer]
    }

    private let group: MultiThreadedEventLoopGroup
    private let pairs: [Pair]
    private let proxies = Mutex<[ProxyServer]>([])

    private init(group: MultiThreadedEventLoopGroup, pairs: [Pair]) {
        self.group = group
        self.pairs = pairs
    }

    /// Runs `body` with three nodes for each fault, whose iframe pages load the client from `clientURL`, and stops them.
    static func with<Result>(
        clientURL: String, _ body: (AgreementLab) async throws -> Result
    ) async throws -> Result {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var pairs: [Pair] = []
        for fault in Set(AgreementSituation.allCases.map(\.fault)) {
            var nodes: [NodeServer] = []
            // Behind two, the order of a send and a poll that leave together would decide where each ends up.
            for number in 1...3 {
                let node = try await NodeServer.start(.browserPeer("n\(number)", clientURL: clientURL))
                let remote = try await NodeRemote.attach(node.control, on: group.next())
                try await remote.inject(.slow(milliseconds: AgreementSituation.roundTrip))
                if let fault { try await remote.inject(fault) }
                nodes.append(node)
            }
            pairs.append(Pair(fault: fault, nodes: nodes))
        }
        let lab = AgreementLab(group: group, pairs: pairs)
        do {
            let result = try await body(lab)
            try await lab.shutdown()
            return result
        } catch {
            try await lab.shutdown()
            throw error
        }
    }

    /// A proxy that no client has used yet.
    func proxy(_ cell: AgreementCell) async throws -> Endpoint {
        let nodes = pairs.first(where: { $0.fault == cell.situation.fault })?.nodes ?? []
        let proxy = try await ProxyServer.start(
            ProxyConfiguration(
                listen: Endpoint(host: cell.host, port: 0),
                nodes: nodes.enumerated().map { ProxyNode(id: "n\($0.offset + 1)", endpoint: $0.element.listen) },
                behavior: cell.situation.behavior, group: group))
        proxies.withLock { $0.append(proxy) }
        return proxy.listen
    }

    /// What the browser makes of every cell, each behind a fresh proxy.
    func browse(_ page: BrowserPage) async throws -> [String: BrowserResult] {
        var stops: [BrowserStop] = []
        var crossSite = BrowserStop(origin: try page.origin(host: "localhost"), scenarios: [])
        for cell in AgreementCell.all {
            let scenario = BrowserScenario(
                id: cell.description, url: "http://\(try await proxy(cell))/echo",
                transports: cell.allowed == .all ? nil : cell.allowed.ladder.map(\.rawValue),
                messages: AgreementOutcome.messages,
                cornerCases: false, transportMilliseconds: 0)
            if cell.situation.isCrossSite {
                crossSite.scenarios.append(scenario)
            } else {
                stops.append(BrowserStop(origin: try await page.origin(on: cell.host), scenarios: [scenario]))
            }
        }
        return try await Chromium.results(at: try page.plan(stops + [crossSite]), of: page, within: .seconds(60))
    }

    /// What our client makes of every cell, each behind a fresh proxy; a few at a time.
    func emulate(origin: String) async throws -> [AgreementCell: AgreementOutcome.OfEmulatedClient] {
        try await withThrowingTaskGroup(of: (AgreementCell, AgreementOutcome.OfEmulatedClient).self) { tasks in
            var outcomes: [AgreementCell: AgreementOutcome.OfEmulatedClient] = [:]
            for (index, cell) in AgreementCell.all.enumerated() {
                if index >= 4, let (cell, outcome) = try await tasks.next() { outcomes[cell] = outcome }
                tasks.addTask { (cell, try await self.emulate(cell, origin: origin)) }
            }
            return try await tasks.reduce(into: outcomes) { $0[$1.0] = $1.1 }
        }
    }

    private func emulate(_ cell: AgreementCell, origin: String) async throws -> AgreementOutcome.OfEmulatedClient {
        let recorder = HistoryRecorder()
        let client = VirtualClient(
            name: cell.description, target: .init(endpoint: try await proxy(cell)), source: nil, seed: 1,
            loop: group.next(), recorder: recorder)
        client.profile = cell.situation.isCrossSite ? .crossSite(origin) : .crossOrigin(origin)
        return try await AgreementOutcome.ofEmulatedClient(client, recordedBy: recorder, ladder: cell.allowed.ladder)
    }

    private func shutdown() async throws {
        for proxy in proxies.withLock({ $0 }) { try await proxy.shutdown() }
        for node in pairs.flatMap(\.nodes) { try await node.shutdown() }
        try await group.shutdownGracefully()
    }
}
