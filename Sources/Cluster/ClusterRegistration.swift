package import Discovery

/// Keeps an endpoint registered for as long as its node lives, and no longer: the record of one that was killed or hangs
/// stays until its lease ends, as it does when a process dies.
package final class ClusterRegistration: Sendable {
    private let following: Task<Void, Never>

    /// Registers the endpoint whenever it lives.
    ///
    /// - Parameters:
    ///   - lives: whether the node lives, now and after each change; its end is no change.
    ///   - discover: a new connection to the registry.
    package init(
        _ endpoint: ServiceEndpoint, while lives: AsyncStream<Bool>,
        _ discover: @escaping @Sendable () -> any EndpointDiscovery
    ) {
        following = Task {
            var present: (any EndpointDiscovery)?
            for await isAlive in lives {
                if isAlive, present == nil {
                    let discovery = discover()
                    // A new connection has no other endpoint.
                    try? discovery.register(endpoint)
                    present = discovery
                } else if !isAlive {
                    present?.cut()
                    present = nil
                }
            }
            await present?.leave()
        }
    }

    /// Takes the record away. Returns when that is done, or its time is over.
    package func leave() async {
        following.cancel()
        await following.value
    }
}
