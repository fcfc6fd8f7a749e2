import Balancers
import Defects
import StickyProxy
import Wire

/// What a bench puts under test.
public enum BenchTarget: Sendable {
    /// The reference proxy, in this process, with this behavior and these defects.
    case reference(Behavior, [any Defect])
    /// A real balancer, started from its manifest with this template, in front of nodes in this process.
    case balancer(BalancerManifest, ConfigTemplate)
    /// A balancer that already runs, in front of nodes that already run.
    case running(front: Endpoint, host: String, pathPrefix: String, controls: [Endpoint])
}
