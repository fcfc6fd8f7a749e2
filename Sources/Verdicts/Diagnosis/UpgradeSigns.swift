import Claims
import History

extension Sign {
    /// Upgrades that reached a node as something else, or no node at all.
    static func upgrades(_ scene: Scene) -> [Sign] {
        let failed = scene.undisturbed.filter { isUpgrade($0) && $0.response?.status != 101 && $0.endedAt != nil }
        for exchange in failed {
            guard let seen = exchange.executions.first else { continue }
            let upgrade = seen.request.values(of: "upgrade")
            guard !upgrade.contains(where: { $0.lowercased() == "websocket" }) else { continue }
            let connection = seen.request.values(of: "connection")
            let what =
                if upgrade.isEmpty {
                    "without its Upgrade field"
                } else if upgrade == connection {
                    "with Upgrade: \(upgrade[0]), which is the value of Connection"
                } else {
                    "with Upgrade: \(upgrade.joined(separator: ", "))"
                }
            let shown = failed.filter { !$0.executions.isEmpty }
            return [
                Sign(
                    .upgrade, "the node saw the upgrade of \(exchange.sent.path) \(what)",
                    evidence: shown.prefix(2).map(scene.history.evidence) + [Evidence(fields(seen))])
            ]
        }
        // Other statuses speak of limits and paths, which are causes of their own.
        let refused = failed.filter { exchange in
            guard let response = exchange.response else { return false }
            return response.nodeID == nil && exchange.executions.isEmpty
                && [200, 400, 405, 426, 501].contains(response.status)
        }
        guard let first = refused.first else { return [] }
        return [
            Sign(
                .upgrade,
                "the upgrade of \(first.sent.path) was answered \(first.response?.status ?? 0) by no node of ours",
                evidence: refused.prefix(lineLimit).map(scene.history.evidence))
        ]
    }

    private static func isUpgrade(_ exchange: Exchange) -> Bool {
        [RequestLabel.upgrade, .handshake, .refusal].contains(exchange.sent.label)
            || exchange.sent.method == "GET" && exchange.sent.path.hasSuffix("/websocket")
                && exchange.sent.label != .disabledTransport
    }

    private static func fields(_ execution: Exchange.Execution) -> String {
        let seen = ["upgrade", "connection"].map { name in
            "\(name): \(execution.request.values(of: name).joined(separator: ", "))"
        }
        return "\(execution.nodeID) saw \(seen.joined(separator: "; "))"
    }
}
