import Claims
import StickyProxy

extension Profile {
    /// An Application Load Balancer of AWS.
    static let alb = Profile(
        name: "alb",
        summary: "AWS Application Load Balancer: WebSocket, and the AWSALB cookie, which every answer sets anew.",
        behavior: {
            var behavior = Behavior.reference
            var cookie = Behavior.Affinity.Cookie()
            (cookie.name, cookie.twin, cookie.expiry) = ("AWSALB", "AWSALBCORS", .expires(.seconds(7 * 86_400)))
            (cookie.isHTTPOnly, cookie.sameSite, cookie.isRefreshed) = (false, nil, true)
            cookie.sharedAnswers = .withCookie
            behavior.affinity.rule = .cookie(cookie)
            behavior.affinity.sessionCapacity = 0
            behavior.retry.idempotent = false
            behavior.headers.forwardedFor = .appended
            var probe = Behavior.Health.Probe()
            (probe.interval, probe.timeout, probe.fall, probe.rise) = (.seconds(30), .seconds(5), 2, 5)
            behavior.health.probe = probe
            behavior.limits.connectTimeout = .seconds(10)
            (behavior.limits.exchangeIdle, behavior.limits.tunnelIdle) = (.seconds(60), .seconds(60))
            return behavior
        }(),
        checkSpeed: 20,
        claims: .system(
            "an Application Load Balancer",
            [
                .pollingStickiness: "stickiness.enabled=true and stickiness.type=lb_cookie of the target group",
                .clientAffinity: "stickiness.enabled=true and stickiness.type=lb_cookie of the target group",
                .activeHealthCheck: "HealthCheckIntervalSeconds and UnhealthyThresholdCount of the target group",
                .idleTolerance: "idle_timeout.timeout_seconds of the load balancer",
            ],
            faults: FaultClaims(
                failover: .rehome, killedMilliseconds: 65_000, hungMilliseconds: 65_000, returnedMilliseconds: 150_000)),
        documents: [
            Profile.Document(
                "Sticky sessions", "awsdocs/elb-application-load-balancers-user-guide doc_source/sticky-sessions.md"),
            Profile.Document(
                "Health checks for your target groups",
                "awsdocs/elb-application-load-balancers-user-guide doc_source/target-group-health-checks.md"),
        ],
        inferred: [
            "a connect that fails leads to another target at once; the documents name only the error",
            "the cookie comes with public answers too, and its value is opaque",
        ],
        predictions: [
            .cookieAlone,
            .bareCookie(
                because:
                    "Sticky sessions: of AWSALB's attributes only the expiry is told; assumed that there are no others"),
            Prediction(
                .warning,
                [
                    "idle/tunnel-cutoff"
                ],
                because: "Load balancers: the idle timeout is 60 s by default"),
            Prediction(
                .unsupported,
                [
                    "stickiness/first-requests"
                ],
                because: "it goes by a cookie, which a first request can not have"),
        ])
}
