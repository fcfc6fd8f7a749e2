package import Fleet
import History
package import Lab
import NIOCore
import Verdicts

/// What a run puts under load.
package enum StressSite: Sendable {
    /// Nodes of ours with a balancer in front of them.
    case bench(BenchSite)
    /// Something that answers, of which we know nothing: no node can be broken, and none is known by its name unless the
    /// answers name it.
    case bare(VirtualClient.Target)

    var front: VirtualClient.Target {
        switch self {
        case .bench(let site): site.front
        case .bare(let target): target
        }
    }

    var nodes: [NodeRemote] {
        switch self {
        case .bench(let site): site.nodes
        case .bare: []
        }
    }

    var loops: [(name: String, loop: any EventLoop)] {
        switch self {
        case .bench(let site): site.namedLoops
        case .bare: []
        }
    }

    /// Where a node or the reference proxy had no descriptor left, in sentences; what a node does not say is not known.
    package func shortages() async -> [String] {
        guard case .bench(let site) = self else { return [] }
        var sentences = site.takeBalancerEvents().compactMap { event in
            if case .shortage(let shortage) = event.kind { shortage.detail } else { nil }
        }.suffix(1).map { Exhaustion.sentence(of: Exhaustion.proxy, for: $0) }
        for node in site.nodes {
            // A node that does not answer by now has been told of by the faults, or by the clients.
            guard let what = try? await node.shortage() else { continue }
            sentences.append(Exhaustion.sentence(of: Exhaustion.node(node.nodeID), for: what))
        }
        return sentences
    }
}
