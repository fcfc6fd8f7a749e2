import Clocks

/// Tells a node which endpoints live, and the others of this node, for as long as it says so.
///
/// A record lives for ``DiscoveryTiming/lease`` after it was renewed last. While the registry can't be asked, the endpoints
/// known last stay in use; when it is back, those that it has lost have the time of a lease to register again.
package protocol EndpointDiscovery: Sendable {
    /// What is known now. Cheap: it may be asked for with every request.
    var view: DiscoveryView { get }

    /// What is known now and after each change, until the node has left. Each element is all there is, so that a reader
    /// who is late gets the newest one alone.
    func views() -> AsyncStream<DiscoveryView>

    /// Registers the node's endpoint and keeps it alive; returns at once, and what becomes of it is in ``view``. Throws if
    /// the node has another endpoint.
    func register(_ endpoint: ServiceEndpoint) throws(RegistrationError)

    /// Takes the record away and ends. Returns when that is done, after ``DiscoveryTiming/leaving`` at the latest: then
    /// the record ends with its lease.
    func leave() async

    /// Ends at once, as if the node were killed: its record lives until its lease ends.
    func cut()
}

/// A node can't be registered.
package enum RegistrationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// It is registered at this URL.
    case registered(String)

    /// What is wrong, and the remedy.
    package var description: String {
        switch self {
        case .registered(let url): "the node is registered as \(url); a node has one endpoint, so use another discovery"
        }
    }
}

extension EndpointDiscovery {
    /// Waits for a view that satisfies the condition, such as the node's own registration; nil if none does in time.
    package func view(
        within limit: Duration, where condition: @escaping @Sendable (DiscoveryView) -> Bool
    ) async -> DiscoveryView? {
        await withTaskGroup(of: DiscoveryView?.self) { group in
            let views = views()
            group.addTask { await views.first(where: condition) }
            group.addTask {
                // Ends early when the other is first, and then nobody asks for its outcome.
                try? await MonotonicClock().sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }
}
