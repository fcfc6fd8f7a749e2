/// What `meteorhacks:cluster` 1.6.9 does wrong, one by one. A correct balancer of its kind has none of it.
package enum ClusterDefect: String, Sendable, Hashable, CaseIterable {
    /// The cookie that pages set has another name than the one that is read, so that each page is a new pick.
    case cookieNameMismatch = "cookie-name-mismatch"
    /// A URL whose hash is no endpoint's leads to another endpoint with each request.
    case unknownHashRepicked = "unknown-hash-repicked"
    /// A request for an endpoint that can't be reached is never answered.
    case deadEndpointSilent = "dead-endpoint-silent"
    /// An upgrade for an endpoint that can't be reached ends with its connection, without an answer.
    case deadUpgradeDropped = "dead-upgrade-dropped"
    /// An upgrade that bears the cookie ``ClusterRules/legacyCookie`` ends the balancer's process.
    case legacyCookieCrash = "legacy-cookie-crash"
    /// WebSockets at paths without a hash stay on the node that they came to.
    case directSocketsUnbalanced = "direct-sockets-unbalanced"

    /// What it does, in a sentence.
    package var summary: String {
        switch self {
        case .cookieNameMismatch: "Pages set a cookie of another name than the one they read, so each is a new pick."
        case .unknownHashRepicked: "A URL with a hash that no endpoint has gets another endpoint with each request."
        case .deadEndpointSilent: "A request for an endpoint that can't be reached is never answered."
        case .deadUpgradeDropped: "An upgrade for an endpoint that can't be reached is dropped without an answer."
        case .legacyCookieCrash: "An upgrade with a cookie of the old name ends the balancer, and every connection."
        case .directSocketsUnbalanced: "WebSockets at paths without a hash all go to the balancer's own endpoint."
        }
    }
}
