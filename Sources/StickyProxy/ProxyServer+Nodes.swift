import Clocks
import NIOConcurrencyHelpers
import NIOCore
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

/// What goes through a proxy to one node at a moment.
package struct NodeLoad: Sendable, Equatable, Codable {
    /// WebSocket connections; in ``Behavior/Mode/tcp`` all.
    package var tunnels = 0
    /// Requests under way.
    package var requests = 0
}

extension ProxyServer {
    /// The nodes that have not left, in the order in which they came.
    package func nodes() async throws -> [NodeReport] {
        var reports: [NodeReport] = []
        for (id, member, isUp) in core.roster(at: .now) {
            var load = NodeLoad()
            for loop in group.makeIterator() {
                let part = try await loop.submit { [core] in core.worker(of: loop)?.load(of: id) ?? NodeLoad() }.get()
                load.tunnels += part.tunnels
                load.requests += part.requests
            }
            reports.append(
                NodeReport(
                    id: member.node.id, address: member.node.endpoint.description, weight: member.node.weight,
                    state: member.state, isUp: isUp, load: load))
        }
        return reports
    }

    /// Takes another node in; it gets clients as soon as a check has found it healthy. Throws ``RosterError``.
    package func add(_ node: ProxyNode) async throws {
        try await startProbing(try core.add(node))
    }

    private func startProbing(_ id: NodeID) async throws {
        guard let prober = try await Self.startProbing(id, core, on: group.next()) else { return }
        let isLate = probers.withLockedValue { probers in
            // It may have left meanwhile.
            guard core.isPresent(id) else { return true }
            probers[id] = prober
            return false
        }
        if isLate { try await stop(prober) }
    }

    /// The node keeps its clients, and gets no new ones. Throws ``RosterError``.
    package func drain(_ name: String) throws(RosterError) { try core.drain(name) }

    /// The node gets new clients again. Throws ``RosterError``.
    package func undrain(_ name: String) throws(RosterError) { try core.undrain(name) }

    /// The node leaves: requests under way come to their end, its tunnels are closed, and its clients go to others. Throws
    /// ``RosterError``.
    package func remove(_ name: String) async throws {
        let id = try core.remove(name)
        if let prober = probers.withLockedValue({ $0.removeValue(forKey: id) }) { try await stop(prober) }
    }

    /// Goes by another behavior from now on. Requests under way, open tunnels and connections of clients keep the one under
    /// which they began; nodes, and clients as far as both behaviors know them by the same, are remembered.
    package func reload(_ behavior: Behavior) async throws {
        let old = core.snapshot.behavior.health.probe
        core.reload(behavior)
        if behavior.health.probe == old { return }
        let stopped = probers.withLockedValue { probers in
            defer { probers = [:] }
            return Array(probers.values)
        }
        for prober in stopped { try await stop(prober) }
        for (id, _, _) in core.roster(at: .now) { try await startProbing(id) }
    }

    private func stop(_ prober: NIOLoopBound<HealthProber>) async throws {
        try await prober.eventLoop.submit { prober.value.stop() }.get()
    }
}
