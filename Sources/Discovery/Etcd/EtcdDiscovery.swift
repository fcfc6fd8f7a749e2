package import NIOCore

/// Discovery in an etcd of version 3.4 or newer, through its JSON gateway, without TLS and authentication.
///
/// The record of a node is JSON at the key `PREFIX/endpoints/SERVICE/HASH`, bound to a lease. What an operator removes there
/// comes back with the node's next reading.
package struct EtcdDiscovery: NodeDiscovery {
    /// What does the work.
    package let node: DiscoveryNode

    /// A node's discovery; it reads at once. The names of members are resolved on `loop`, which may block it: where the
    /// address has names, let it bear no clients.
    package init(
        _ address: EtcdAddress, timing: DiscoveryTiming = DiscoveryTiming(),
        limits: DiscoveryLimits = DiscoveryLimits(), on loop: any EventLoop
    ) {
        node = DiscoveryNode(timing, limits, on: loop) { EtcdRegistry(address, timing, limits, on: loop) }
    }
}
