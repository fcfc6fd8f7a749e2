import StickyProxy

extension Mutant {
    static let ofOutages: [Mutant] = [
        Mutant(
            "closing-node-healthy", breaks: "failover/closing-node", finding: "closing-node-kept",
            summary:
                "A node that accepts connections is taken for healthy, and a request whose connection it closes is not "
                + "sent again."
        ) {
            $0.health.probe?.check = .connect
            $0.retry.idempotent = false
        },
        Mutant(
            "least-connections", breaks: "recovery/no-herd", finding: "returned-node-flooded",
            summary: "A new client gets the node with the fewest connections, so that one that returned gets all."
        ) { $0.distribution.order = .leastConnections },
        Mutant(
            "return-cuts-all", breaks: "failover/flapping-node", finding: "flapping-disturbs",
            summary: "When a node is back, the tunnels of every node are closed."
        ) { $0.health.tunnelsOnUp = .all },
    ]
}
