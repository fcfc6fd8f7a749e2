import Claims
import StickyProxy

extension Profile {
    /// Traefik 3 with a sticky cookie and a health check.
    static let traefik = Profile(
        name: "traefik",
        summary: "Traefik 3 with sticky.cookie and a health check: WebSocket, and a cookie without any attribute.",
        behavior: {
            var behavior = Behavior.reference
            var cookie = Behavior.Affinity.Cookie()
            (cookie.name, cookie.format, cookie.isHTTPOnly, cookie.sameSite) = ("_2f3a1", .node, false, nil)
            cookie.sharedAnswers = .withCookie
            behavior.affinity.rule = .cookie(cookie)
            behavior.affinity.sessionCapacity = 0
            var probe = Behavior.Health.Probe()
            (probe.interval, probe.timeout, probe.fall, probe.rise) = (.seconds(30), .seconds(5), 1, 1)
            behavior.health.probe = probe
            return behavior
        }(),
        checkSpeed: 20,
        claims: .system(
            "Traefik",
            [
                .pollingStickiness: "loadBalancer.sticky.cookie", .clientAffinity: "loadBalancer.sticky.cookie",
                .activeHealthCheck: "loadBalancer.healthCheck.interval and timeout",
            ],
            faults: FaultClaims(
                failover: .rehome, killedMilliseconds: 35_000, hungMilliseconds: 40_000, returnedMilliseconds: 35_000)),
        documents: [
            Profile.Document(
                "HTTP load balancing: sticky sessions, health check",
                "https://doc.traefik.io/traefik/reference/routing-configuration/http/load-balancing/service/")
        ],
        inferred: [
            "a connect that fails leads to another server at once; Traefik itself needs a retry middleware for that"
        ],
        predictions: [
            .cookieAlone,
            .bareCookie(
                because: "Service: httpOnly and sameSite of the sticky cookie are off by default"),
            Prediction(
                .warning,
                [
                    "stickiness/cookie-returns"
                ],
                because: "Service: sameSite of the sticky cookie is empty by default"),
            Prediction(
                .unsupported,
                [
                    "stickiness/first-requests"
                ],
                because: "it goes by a cookie, which a first request can not have"),
        ])
}
