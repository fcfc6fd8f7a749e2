import NIOCore
import Wire

/// A behavior as the proxy goes by it, with what is counted and kept under it. A reload puts another one in its place: what
/// began under one keeps it. The nodes are not in it, since they change with each check.
final class ProxySnapshot: Sendable {
    let behavior: Behavior
    /// By themselves, since a behavior is large.
    let limits: Behavior.Limits
    let affinityScope: Behavior.Affinity.Scope
    /// What a request meets that no defect makes an exception of.
    let rules: RequestRules
    let cache: AnswerCache?
    /// Nil where nobody asks how much nodes have.
    let places: NodePlaces?
    /// Nil where an address may have any number of connections.
    let addressPlaces: AddressPlaces?
    /// Those of all clients, as if they had one address; nil where there may be any number.
    let connectionPlaces: AddressPlaces?

    /// Limits of unused connections to nodes.
    var poolLimits: Behavior.Limits {
        var limits = limits
        // Each speaks for one client.
        if behavior.proxyProtocol.toNodes != nil { limits.pooledPerNode = 0 }
        return limits
    }

    /// What was counted and kept under an old one still is if it still matters.
    init(_ behavior: Behavior, after old: ProxySnapshot? = nil) {
        self.behavior = behavior
        limits = behavior.limits
        affinityScope = behavior.affinity.scope
        rules = RequestRules(behavior)
        let kept = old?.behavior.answers.cache == behavior.answers.cache ? old?.cache : nil
        cache = kept ?? behavior.answers.cache.map(AnswerCache.init)
        places = NodePlaces.Limits(behavior).map { limits in
            old?.places?.changed(to: limits) ?? NodePlaces(limits)
        }
        addressPlaces = limits.connectionsPerAddress.map { limit in
            old?.addressPlaces?.changed(to: limit) ?? AddressPlaces(perAddress: limit)
        }
        connectionPlaces = limits.connections.map { limit in
            old?.connectionPlaces?.changed(to: limit) ?? AddressPlaces(perAddress: limit)
        }
    }

    /// Takes a place for a client's connection until it closes; false where there is none left.
    func admits(_ connection: any Channel, from client: ClientAddresses) -> Bool {
        if let connectionPlaces, !connectionPlaces.take("", for: connection) { return false }
        guard let addressPlaces, let address = client.remote?.host else { return true }
        return addressPlaces.take(address, for: connection)
    }
}
