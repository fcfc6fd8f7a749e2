import Clocks
import Wire

/// A node of a running proxy.
package struct NodeReport: Sendable, Equatable, Codable {
    /// Its name.
    package var id: String
    /// Where it accepts HTTP/1.1.
    package var address: String
    /// Its share of new clients in relation to others'.
    package var weight: Int
    /// What it is there for.
    package var state: Roster.State
    /// Whether checks and connects leave it in use.
    package var isUp: Bool
    /// What goes through the proxy to it now.
    package var load: NodeLoad
}

/// What goes through a proxy to one node at a moment, and what has gone so far.
package struct NodeLoad: Sendable, Equatable, Codable {
    /// WebSocket connections; in ``Behavior/Mode/tcp`` all.
    package var tunnels = 0
    /// Requests under way.
    package var requests = 0
    /// Requests that it was given so far, upgrades among them and one that is tried again each time; checks of nodes are
    /// none.
    package var given = 0

    /// Whether nothing goes through now.
    package var isEmpty: Bool { tunnels == 0 && requests == 0 }
}

extension ProxyServer {
    /// The nodes that have not left, in the order in which they came. One is up where every instance finds it so.
    package func nodes() async throws -> [NodeReport] {
        let now = MonotonicClock.now
        var reports: [NodeReport] = []
        for (id, member, isUp) in instances[0].core.roster(at: now) {
            var load = NodeLoad()
            for instance in instances {
                let part = try await instance.load(of: id)
                load.tunnels += part.tunnels
                load.requests += part.requests
                load.given &+= part.given
            }
            let areOthersUp = instances.dropFirst().allSatisfy { instance in
                instance.core.roster(at: now).contains { $0.member.node.id == member.node.id && $0.isUp }
            }
            reports.append(
                NodeReport(
                    id: member.node.id, address: member.node.endpoint.description, weight: member.node.weight,
                    state: member.state, isUp: isUp && areOthersUp, load: load))
        }
        return reports
    }

    /// Takes another node in; it gets clients as soon as a check has found it healthy. Throws ``RosterError``.
    package func add(_ node: ProxyNode) async throws {
        for instance in instances { try await instance.add(node) }
    }

    /// The node keeps its clients, and gets no new ones. Throws ``RosterError``.
    package func drain(_ name: String) throws(RosterError) {
        for instance in instances { try instance.core.drain(name) }
    }

    /// The node gets new clients again. Throws ``RosterError``.
    package func undrain(_ name: String) throws(RosterError) {
        for instance in instances { try instance.core.undrain(name) }
    }

    /// The node leaves: requests under way come to their end, its tunnels are closed, and its clients go to others. Throws
    /// ``RosterError``.
    package func remove(_ name: String) async throws {
        for instance in instances { try await instance.remove(name) }
    }

    /// Goes by another behavior from now on. Requests under way, open tunnels and connections of clients keep the one under
    /// which they began; nodes, and clients as far as both behaviors know them by the same, are remembered.
    package func reload(_ behavior: Behavior) async throws {
        for instance in instances { try await instance.reload(behavior) }
    }
}
