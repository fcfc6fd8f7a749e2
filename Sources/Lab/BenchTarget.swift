package import Balancers
package import Cluster
import Defects
package import ReferenceNode
package import StickyProxy
package import Wire

/// What a bench puts under test.
package enum BenchTarget: Sendable {
    /// The reference proxy, in this process, with this behavior and these defects; as so many that share a listener; where
    /// WebSockets have a listener of their own, with that one's behavior.
    case reference(Behavior, [any Defect], instances: Int = 1, webSockets: Behavior? = nil)
    /// The balancer within an app, in this process: of the first of three nodes, which all register in a registry here.
    case cluster(ClusterRules)
    /// A real balancer, started from its manifest with this configuration, in front of nodes in this process.
    case balancer(BalancerManifest, BalancerSetup, SiteAccess = .plain)
    /// A balancer that already runs, in front of nodes that already run; the address names it where `access` does not, and
    /// the token is what the nodes were started with.
    case running(
        front: Endpoint, host: String, pathPrefix: String, controls: [Endpoint], token: ControlToken? = nil,
        access: SiteAccess = .plain)

    /// Factor on the idle limits of the target and the heartbeats they must survive; 1 where the limits are not ours.
    package var timeScale: Double {
        switch self {
        case .reference, .cluster: Self.labTimeScale
        case .balancer(let manifest, let setup, _):
            manifest.scalesTime(of: setup.template) ? Self.labTimeScale : 1
        case .running: 1
        }
    }

    /// How many times shorter than documented the times of discovery are in a cluster of ours.
    package static let clusterSpeed = ClusterFront.discoverySpeed

    /// How many times shorter than documented the times are by which nodes join and leave in a case.
    package static let scalingSpeed = 600

    /// SockJS's heartbeat of 25 s becomes a second.
    static let labTimeScale = 0.04
}
