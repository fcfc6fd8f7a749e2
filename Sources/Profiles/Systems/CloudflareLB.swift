import Claims
import StickyProxy

extension Profile {
    /// Cloudflare's load balancing with session affinity by cookie.
    static let cloudflareLB = Profile(
        name: "cloudflare-lb",
        summary:
            "Cloudflare Load Balancing with session affinity: WebSocket cut after 100 s of silence, the __cflb cookie.",
        behavior: {
            var behavior = Behavior.reference
            var cookie = Behavior.Affinity.Cookie()
            (cookie.name, cookie.expiry) = ("__cflb", .maxAge(.seconds(82_800)))
            behavior.affinity.rule = .cookie(cookie)
            behavior.affinity.sessionCapacity = 0
            behavior.retry.idempotent = false
            behavior.headers.forwardedFor = .appended
            var probe = Behavior.Health.Probe()
            (probe.interval, probe.timeout, probe.fall, probe.rise) = (.seconds(60), .seconds(5), 1, 1)
            behavior.health.probe = probe
            behavior.limits.connectTimeout = .seconds(19)
            behavior.limits.firstByte = .init(limit: .seconds(120), status: 524)
            (behavior.limits.exchangeIdle, behavior.limits.tunnelIdle) = (.seconds(120), .seconds(100))
            return behavior
        }(),
        checkSpeed: 40,
        claims: .system(
            "Cloudflare",
            [
                .pollingStickiness: "session_affinity: cookie", .clientAffinity: "session_affinity: cookie",
                .activeHealthCheck: "interval and timeout of the pool's monitor",
                .killFailover: "session_affinity_attributes zero_downtime_failover: sticky",
            ],
            faults: FaultClaims(
                failover: .rehome, killedMilliseconds: 65_000, hungMilliseconds: 70_000, returnedMilliseconds: 65_000)),
        documents: [
            Profile.Document(
                "Session affinity",
                "https://developers.cloudflare.com/load-balancing/understand-basics/session-affinity/"),
            Profile.Document(
                "Connection limits", "https://developers.cloudflare.com/fundamentals/reference/connection-limits/"),
            Profile.Document("WebSocket cut at about 100 s", "https://github.com/buildbot/buildbot/issues/4078"),
        ],
        inferred: ["a connect that fails leads to another endpoint at once", "form and attributes of the cookie"],
        predictions: [
            .cookieAlone,
            Prediction(
                .warning,
                [
                    "stickiness/cookie-returns"
                ],
                because: "Session affinity: samesite is Auto, which is Lax without Always Use HTTPS"),
            Prediction(
                .unsupported,
                [
                    "stickiness/first-requests"
                ],
                because: "it goes by a cookie, which a first request can not have"),
        ])
}
