package import StickyProxy

extension Behavior {
    /// The proxy as an in-app balancer of these rules has it: it does not check endpoints and repeats nothing, it keeps
    /// requests for two minutes without a byte, and sockets for as long as they live.
    package static func cluster(_ rules: ClusterRules) -> Behavior {
        var behavior = Behavior.reference
        var cookie = Affinity.Cookie()
        (cookie.name, cookie.format, cookie.sameSite) = (rules.setCookie, .nodeName, nil)
        cookie.twin = rules.twinCookie
        (behavior.affinity.rule, behavior.affinity.sessionCapacity) = (.cookie(cookie), 0)
        // Which endpoints live is discovery's to say.
        (behavior.health.probe, behavior.health.connectFall) = (nil, .max)
        behavior.distribution.lastResort = nil
        (behavior.retry.rounds, behavior.retry.idempotent) = (1, false)
        if rules.has(.deadEndpointSilent) { behavior.retry.patience = .seconds(86_400) }
        behavior.headers.forwardedFor = .appended
        behavior.limits.exchangeIdle = .seconds(120)
        return behavior
    }
}
