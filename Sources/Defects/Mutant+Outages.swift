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
            "unreached-as-before", breaks: "failover/partition", finding: "partitioned-node-kept",
            summary:
                "Checks are made by another host, and a connect to a node may take a minute, as with nginx's default: a "
                + "node that the proxy alone can't reach goes on getting requests."
        ) {
            $0.health.probe?.unreached = .asBefore
            $0.limits.connectTimeout = .seconds(60)
        },
        Mutant(
            "least-connections", breaks: "recovery/no-herd", finding: "returned-node-flooded",
            summary: "A new client gets the node with the fewest connections, so that one that returned gets all."
        ) { $0.distribution.order = .leastConnections },
        Mutant(
            "return-cuts-all", breaks: "failover/flapping-node", finding: "flapping-disturbs",
            summary: "When a node is back, the tunnels of every node are closed."
        ) { $0.health.tunnelsOnUp = .all },
        Mutant(
            "moved-once", breaks: "failover/rolling-restart", finding: "rolling-restart-unserved",
            summary: "A client that was moved off a dead node is answered 503 while the next one is dead."
        ) { $0.affinity.secondMove = .refused },
        Mutant(
            "slow-requests-repeated", breaks: "failover/slow-node", finding: "slow-node-repeated",
            summary:
                "A request whose answer has not begun after 180 ms is sent to the next node too, a POST as well, as with "
                + "nginx's proxy_next_upstream timeout non_idempotent."
        ) {
            $0.limits.firstByte = .init(limit: .milliseconds(180), then: .sentToNextNode)
            $0.retry.postBodyLimit = 64 * 1024
        },
        Mutant(
            "any-status-healthy", breaks: "failover/unhealthy-page", finding: "ill-node-used",
            summary: "A node that answers a check is taken for healthy, whatever the status."
        ) { $0.health.probe?.check = .anyAnswer },
    ]
}
