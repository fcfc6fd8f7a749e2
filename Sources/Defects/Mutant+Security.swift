import StickyProxy

extension Mutant {
    static let ofSecurity: [Mutant] = [
        Mutant(
            "hop-fields-passed", breaks: "headers/hop-by-hop", finding: "hop-field-passed",
            summary: "Keep-Alive, Proxy-Connection, TE and the fields that Connection names go on to the node."
        ) { $0.headers.hopFields = .passed },
        Mutant(
            "underscore-fields-dropped", breaks: "headers/underscore-names", finding: "underscore-field-dropped",
            summary: "Fields of a request whose names have an underscore are dropped, as by nginx's default."
        ) { $0.headers.underscores = .dropped },
        Mutant(
            "location-rewritten", breaks: "headers/redirect-location", finding: "location-altered",
            summary: "Location of every answer gets the scheme, host and port of the app behind the proxy."
        ) { $0.headers.locationOrigin = "http://app.internal:3000" },
        Mutant(
            "refusals-tunnelled", breaks: "security/refused-upgrade-smuggling", finding: "refused-upgrade-tunnelled",
            summary: "The connection of an upgrade becomes a tunnel whatever the node answers."
        ) { $0.upgrade.tunnel = .anyAnswer },
        Mutant(
            "both-lengths-passed", breaks: "security/conflicting-lengths", finding: "ambiguous-request-passed",
            summary: "A request with Content-Length and Transfer-Encoding goes on with both."
        ) { $0.requests.lengths = .bothPassed },
        Mutant(
            "addresses-believed", breaks: "security/node-outside-pool", finding: "stranger-reached",
            summary: "The affinity cookie is the address of a node, and one of nobody's is connected to all the same."
        ) {
            $0.affinity.cookie?.format = .nodeAddress
            $0.affinity.unknownKey = .believed
        },
        Mutant(
            "connections-limited", breaks: "security/slow-heads", finding: "slow-clients-keep-out",
            summary: "Requests on more than 100 connections at a time are answered 503, as where each takes a worker."
        ) { $0.limits.connections = 100 },
    ]
}
