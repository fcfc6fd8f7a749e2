import StickyProxy

extension Mutant {
    static let ofSessions: [Mutant] = [
        Mutant(
            "cors-overwritten", breaks: "sockjs/info", finding: "cors-altered",
            summary: "Access-Control-Allow-Origin of every answer becomes an asterisk."
        ) { $0.headers.allowOrigin = "*" },
        Mutant(
            "non-ascii-bodies-mangled", breaks: "sockjs/polling-round-trip", finding: "message-altered",
            summary: "Every byte of an HTTP body that isn't ASCII becomes a question mark.",
            defect: MangledBodies()),
        Mutant(
            "sockjs-frame-replayed", breaks: "sockjs/websocket-round-trip", finding: "message-duplicated",
            summary: "The tenth SockJS array frame of a tunnel is delivered twice.",
            defect: ReplayedFrame(number: 10)),
        Mutant(
            "affinity-table-too-small", breaks: "stickiness/polling-same-node", finding: "session-moved",
            summary: "The cookie is a key of a table that has room for 40 clients.", atRate: .sessions
        ) { $0.affinity.rule = .table(of: .cookie(.init()), capacity: 40) },
        Mutant(
            "no-cookie-on-101", breaks: "stickiness/websocket-first", finding: "session-moved",
            summary: "The affinity cookie is not set on a 101."
        ) { $0.affinity.cookie?.isOnUpgrade = false },
        Mutant(
            "unknown-cookie-refused", breaks: "stickiness/unknown-cookie", finding: "unknown-cookie-refused",
            summary: "An affinity cookie of nobody's is answered 503."
        ) { $0.affinity.unknownKey = .refused },
        Mutant(
            "cookie-of-another-domain", breaks: "stickiness/cookie-returns", finding: "cookie-not-returned",
            summary: "The affinity cookie has a Domain that is not the balancer's, so that browsers don't keep it."
        ) { $0.affinity.cookie?.domain = "lb.example" },
        Mutant(
            "addresses-learned-late", breaks: "stickiness/first-requests", finding: "first-requests-spread",
            summary: "Affinity goes by the client's address, in a table that learns it with the first answer only."
        ) { $0.affinity.rule = .table(of: .address, capacity: 100_000) },
        Mutant(
            "routed-per-connection", breaks: "stickiness/shared-connection", finding: "session-moved",
            summary: "The first request of a client connection decides the node of all others on it."
        ) { $0.affinity.scope = .connection },
        Mutant(
            "instances-with-own-tables", breaks: "stickiness/across-instances", finding: "instances-disagree",
            summary: "The cookie is a key of a table that each instance has for itself."
        ) { $0.affinity.rule = .table(of: .cookie(.init()), capacity: 100_000) },
        Mutant(
            "websocket-listener-apart", breaks: "stickiness/websocket-and-http", finding: "websocket-elsewhere",
            summary: "WebSockets have a listener of their own in mode tcp, as with the two ports of a classic ELB.",
            webSockets: {
                var behavior = Behavior.reference
                (behavior.mode, behavior.affinity.rule) = (.tcp, .none)
                return behavior
            }()
        ),
        Mutant(
            "affinity-by-address", breaks: "stickiness/address-change", finding: "address-change-moves-session",
            summary:
                "A hash of the client's address decides, as with HAProxy's balance source, and no session is known."
        ) {
            $0.affinity.rule = .hash(of: .address)
            $0.affinity.sessionCapacity = 0
        },
        Mutant(
            "session-urls-unknown", breaks: "stickiness/without-cookies", finding: "sessions-need-cookies",
            summary: "Nothing but the cookie leads to a client's node."
        ) { $0.affinity.sessionCapacity = 0 },
        Mutant(
            "affinity-table-of-150", breaks: "stickiness/many-clients", finding: "clients-forgotten",
            summary: "The cookie is a key of a table that has room for 150 clients."
        ) { $0.affinity.rule = .table(of: .cookie(.init()), capacity: 150) },
        Mutant(
            "no-cookie-on-errors", breaks: "stickiness/cookie-on-error", finding: "error-begins-no-affinity",
            summary: "The affinity cookie is not set on a 4xx or 5xx, as with nginx's add_header without always."
        ) { $0.affinity.cookie?.isOnErrors = false },
        Mutant(
            "cookie-open-to-scripts", breaks: "stickiness/cookie-attributes", finding: "cookie-attributes-missing",
            summary: "The affinity cookie has no HttpOnly."
        ) { $0.affinity.cookie?.isHTTPOnly = false },
        Mutant(
            "first-cookie-only", breaks: "stickiness/duplicate-cookies", finding: "leftover-cookie-moves-client",
            summary: "Of several cookies of one name the first counts, and a new one is set where that is nobody's."
        ) { $0.affinity.severalKeys = .first },
        Mutant(
            "cookie-of-first-choice", breaks: "stickiness/cookie-after-retry", finding: "retry-moves-client",
            summary: "Where another node answers than the one that was tried first, the cookie names the first."
        ) { $0.retry.cookie = .ofTheFirst },
        Mutant(
            "other-cookies-replaced", breaks: "stickiness/two-layers", finding: "layers-disagree",
            summary: "An answer that sets the affinity cookie loses those that its node set."
        ) { $0.affinity.cookie?.otherCookies = .replaced },
        Mutant(
            "spare-node-unused", breaks: "distribution/uses-all-nodes", finding: "node-unused",
            summary: "The last node serves only while another one is down."
        ) { $0.distribution.backups = 1 },
    ]
}
