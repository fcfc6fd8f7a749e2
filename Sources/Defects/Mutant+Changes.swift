import StickyProxy

extension Mutant {
    static let ofChanges: [Mutant] = [
        Mutant(
            "drain-moves-clients", breaks: "drain/clients-stay", finding: "drain-moves-clients",
            summary: "Clients of a node that is drained are moved at once, as with HAProxy's state maint."
        ) { $0.changes.draining = .nobody },
        Mutant(
            "drain-ends-tunnels", breaks: "drain/tunnels-live", finding: "drain-ends-tunnels",
            summary: "WebSockets of a node that is drained are closed with 1001."
        ) { $0.changes.tunnelsOnDrain = .ended },
        Mutant(
            "drain-ignored", breaks: "drain/new-clients-elsewhere", finding: "drained-node-used",
            summary: "A node that is drained gets new clients as before."
        ) { $0.changes.draining = .everybody },
        Mutant(
            "removal-cuts-requests", breaks: "drain/node-leaves", finding: "removal-loses-requests",
            summary: "Requests under way on a node that leaves are cut."
        ) { $0.changes.requestsOnRemoval = .cut },
        Mutant(
            "reload-ends-tunnels", breaks: "reload/tunnels-live", finding: "reload-ends-tunnels",
            summary: "Each reload of the configuration closes every WebSocket with 1001, as with Caddy."
        ) { $0.changes.tunnelsOnReload = .ended },
        Mutant(
            "reload-cuts-requests", breaks: "reload/nothing-lost", finding: "reload-loses-requests",
            summary: "Each reload of the configuration cuts the requests that are under way."
        ) { $0.changes.requestsOnReload = .cut },
        Mutant(
            "reload-forgets-clients", breaks: "reload/clients-stay", finding: "reload-moves-clients",
            summary: "The cookie is a key of a table that a reload empties, as HAProxy's stick tables without peers."
        ) {
            $0.affinity.rule = .table(of: .cookie(.init()), capacity: 100_000)
            $0.changes.clientsOnReload = .forgotten
        },
        Mutant(
            "added-nodes-left-out", breaks: "scaling/new-node-is-used", finding: "added-node-unused",
            summary: "A node that is added gets no clients until somebody undrains it."
        ) { $0.changes.newNodes = .draining },
        Mutant(
            "hash-modulo-nodes", breaks: "scaling/growth-moves-few", finding: "growth-moves-sessions",
            summary: "The cookie's hash modulo the number of nodes decides, as with nginx's hash without consistent."
        ) {
            $0.affinity.rule = .hash(of: .cookie(.init()), .modulo)
            $0.affinity.sessionCapacity = 0
        },
        Mutant(
            "removal-forgets-clients", breaks: "scaling/shrink-moves-few", finding: "shrink-moves-sessions",
            summary: "The cookie is a key of a table that is emptied whenever a node comes or leaves."
        ) {
            $0.affinity.rule = .table(of: .cookie(.init()), capacity: 100_000)
            $0.changes.clientsOnRosterChange = .forgotten
        },
        Mutant(
            "clients-of-gone-nodes-refused", breaks: "scaling/under-load", finding: "scaling-loses-clients",
            summary: "The cookie of a node that has left is answered 503 for ever, as with Envoy's strict mode."
        ) { $0.affinity.deadNode = .refusedForGood },
        Mutant(
            "restart-waits-for-tunnels", breaks: "restart/sessions-return", finding: "restart-keeps-clients-out",
            summary: "A proxy that is restarted waits 17 s for its WebSockets, and listens no more meanwhile."
        ) { $0.changes.leaving = .seconds(17) },
        Mutant(
            "restart-forgets-clients", breaks: "restart/cookies-hold", finding: "restart-moves-clients",
            summary: "The cookie is a key of a table in memory, which a restart empties."
        ) { $0.affinity.rule = .table(of: .cookie(.init()), capacity: 100_000) },
    ]
}
