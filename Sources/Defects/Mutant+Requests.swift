import StickyProxy

extension Mutant {
    static let ofRequests: [Mutant] = [
        Mutant(
            "forged-address-believed", breaks: "headers/client-address", finding: "address-forged",
            summary: "An X-Forwarded-For that the client sent goes on to the node, and nothing is added to it."
        ) { $0.headers.forwardedFor = .keptIfPresent },
        Mutant(
            "host-replaced", breaks: "headers/host-names", finding: "host-altered",
            summary: "Host becomes the address of the node, as nginx's default makes it."
        ) { $0.headers.host = .nodeAddress },
        Mutant(
            "upgrade-added", breaks: "headers/connection-field", finding: "upgrade-field-added",
            summary: "A request without Upgrade reaches the node with the value of Connection in it.",
            defect: AddedUpgrade(value: "close")),
        Mutant(
            "prefix-stripped", breaks: "paths/prefix", finding: "path-altered",
            summary: "The path /app is taken off every target, as by `proxy_pass http://app/;`."
        ) { $0.requests.strippedPrefix = "/app" },
        Mutant(
            "websocket-promised", breaks: "sockjs/info-agrees-with-upgrade", finding: "info-disagrees",
            summary: "The info of a service without WebSocket says that there is one.",
            defect: RewrittenBodies(
                pathSuffix: "/info", replacing: "\"websocket\":false",
                by: "\"websocket\":true ")),
        Mutant(
            "upgrade-breaker", breaks: "recovery/websocket-share-returns", finding: "websocket-not-back",
            summary: "After three refused upgrades in a row every upgrade is answered 503 for a minute."
        ) { $0.upgrade.breaker = .init(refusals: 3, pause: .seconds(60)) },
    ]
}
