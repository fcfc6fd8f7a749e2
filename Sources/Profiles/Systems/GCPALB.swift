import Claims
import StickyProxy

extension Profile {
    /// Google's Application Load Balancer with generated cookie affinity.
    static let gcpALB = Profile(
        name: "gcp-alb",
        summary:
            "Google Cloud Application Load Balancer: the GCLB cookie, and WebSockets end with the service's timeout "
            + "of 30 s.",
        behavior: {
            var behavior = Behavior.reference
            var cookie = Behavior.Affinity.Cookie()
            (cookie.name, cookie.sameSite) = ("GCLB", nil)
            cookie.sharedAnswers = .withCookie
            behavior.affinity.rule = .cookie(cookie)
            behavior.affinity.sessionCapacity = 0
            behavior.headers.forwardedFor = .appended
            var probe = Behavior.Health.Probe()
            (probe.interval, probe.timeout, probe.fall, probe.rise) = (.seconds(5), .seconds(5), 2, 2)
            behavior.health.probe = probe
            behavior.limits.firstByte = .init(limit: .seconds(30), status: 504)
            (behavior.limits.exchangeIdle, behavior.limits.tunnelIdle) = (.seconds(30), .seconds(30))
            behavior.limits.tunnelLifetime = .seconds(30)
            return behavior
        }(),
        checkSpeed: 4,
        claims: .system(
            "Google's load balancer",
            [
                .pollingStickiness: "sessionAffinity: GENERATED_COOKIE of the backend service",
                .clientAffinity: "sessionAffinity: GENERATED_COOKIE of the backend service",
                .activeHealthCheck: "checkIntervalSec and unhealthyThreshold of the health check",
                .idleTolerance: "timeoutSec of the backend service: as long as a WebSocket shall live, 86400 at most",
            ],
            faults: FaultClaims(
                failover: .rehome, killedMilliseconds: 15_000, hungMilliseconds: 20_000, returnedMilliseconds: 15_000),
            remedies: [
                "idle": "timeoutSec of the backend service: as long as a WebSocket shall live, 86400 at most"
            ]),
        documents: [
            Profile.Document(
                "Backend services overview: timeout, session affinity",
                "https://cloud.google.com/load-balancing/docs/backend-service")
        ],
        inferred: ["a connect that fails leads to another backend at once", "form and attributes of the cookie"],
        predictions: [
            .cookieAlone,
            .bareCookie(
                because: "assumed: the cookie has no SameSite"),
            Prediction(
                .warning,
                [
                    "idle/tunnel-cutoff", "idle/poll-cutoff", "idle/tunnel-lifetime",
                ],
                because:
                    "Backend services overview: a backend has 30 s for all of its answer by default, and so has a "
                    + "WebSocket for its life"),
            Prediction(
                .fail,
                [
                    "idle/one-way"
                ],
                because:
                    "Backend services overview: for WebSocket the timeout of the backend service, 30 s by "
                    + "default, is how long a connection lives, idle or not"),
            Prediction(
                .fail,
                [
                    "idle/heartbeat-crosses", "ddp/session-survives", "ddp/quiet-session",
                ],
                because:
                    "Backend services overview: for WebSocket the timeout of the backend service, 30 s by default, "
                    + "is how long a connection lives, idle or not"
            ),
            Prediction(
                .warning,
                [
                    "stickiness/cookie-returns"
                ],
                because: "assumed: the cookie has no SameSite"),
            Prediction(
                .unsupported,
                [
                    "stickiness/first-requests"
                ],
                because: "it goes by a cookie, which a first request can not have"),
        ])
}
