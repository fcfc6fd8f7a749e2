package import Fleet
package import Lab
import NIOCore

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
}
