import StickyProxy

extension Mutant {
    static let ofFailures: [Mutant] = [
        Mutant(
            "dead-node-kept", breaks: "failover/kill-moves-sessions", finding: "session-not-moved",
            summary: "The cookie of a node that is down is answered 503 until the node is back."
        ) { $0.affinity.deadNode = .refused },
        Mutant(
            "topology-change-cuts-all", breaks: "failover/bystanders-undisturbed", finding: "bystander-disturbed",
            summary: "When a node goes down, the tunnels of every node are closed."
        ) { $0.health.tunnelsOnDown = .all },
        Mutant(
            "no-active-health-check", breaks: "failover/hung-node", finding: "session-stuck",
            summary: "Nodes are not probed; only a failed connect takes one down."
        ) { $0.health.probe = nil },
        Mutant(
            "post-replayed", breaks: "failover/no-duplicate-send", finding: "request-replayed",
            summary: "A POST whose connection died before the answer is sent again to the next node."
        ) { $0.retry.postBodyLimit = 64 * 1024 },
        Mutant(
            "closes-when-all-down", breaks: "failover/all-nodes-down", finding: "no-answer-when-down",
            summary: "While no node is up, client connections are closed without an answer."
        ) { $0.distribution.noNode = .closed },
        Mutant(
            "never-readmits", breaks: "recovery/returned-node-is-used", finding: "returned-node-unused",
            summary: "A node that was down serves again only after every node has been down."
        ) { $0.health.readmission = .afterAllWereDown },
        Mutant(
            "lends-sessions", breaks: "recovery/returned-node-is-used", finding: "session-went-back",
            summary: "A client of a node that is down keeps its cookie, and goes back when the node does."
        ) { $0.affinity.deadNode = .lent },
        Mutant(
            "refused-upgrade-ejects-node", breaks: "fallback/upgrade-refused", finding: "polling-refused",
            summary: "A node that refuses the upgrade of a SockJS session gets nothing for 10 s."
        ) { $0.health.refusedUpgradeEjection = .seconds(10) },
        Mutant(
            "aborted-upgrade-ejects-node", breaks: "fallback/upgrade-silent", finding: "polling-refused",
            summary: "A node whose upgrade a client gave up gets nothing for 10 s."
        ) {
            $0.health.abortedUpgradeEjection = .init(silence: .seconds(3), ejection: .seconds(10))
        },
    ]
}
