/// Discovery among nodes of one process.
package struct InMemoryDiscovery: NodeDiscovery {
    /// What does the work, on the registry's loop.
    package let node: DiscoveryNode

    /// A node's discovery; it reads at once.
    package init(
        _ registry: InMemoryRegistry, timing: DiscoveryTiming = DiscoveryTiming(),
        limits: DiscoveryLimits = DiscoveryLimits()
    ) {
        node = DiscoveryNode(timing, limits, on: registry.loop) { registry.connect(lease: timing.lease) }
    }
}
