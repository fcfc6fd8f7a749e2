import Claims
import StickyProxy

extension Profile {
    /// The ingress controller of Kubernetes on nginx, with cookie affinity.
    static let ingressNginx = Profile(
        name: "ingress-nginx",
        summary:
            "ingress-nginx with affinity: cookie: WebSocket, and a cookie that a pod which fails keeps its clients by.",
        behavior: {
            var behavior = Behavior.reference
            var cookie = Behavior.Affinity.Cookie()
            (cookie.name, cookie.format, cookie.sameSite) = ("INGRESSCOOKIE", .node, nil)
            cookie.sharedAnswers = .withCookie
            behavior.affinity.rule = .cookie(cookie)
            behavior.affinity.sessionCapacity = 0
            behavior.affinity.deadNode = .refused
            behavior.headers.forwardedFor = .replaced
            (behavior.limits.exchangeIdle, behavior.limits.tunnelIdle) = (.seconds(60), .seconds(60))
            return behavior
        }(),
        claims: .system(
            "ingress-nginx",
            [
                .pollingStickiness: "nginx.ingress.kubernetes.io/affinity: cookie",
                .clientAffinity: "nginx.ingress.kubernetes.io/affinity: cookie",
                .killFailover: "nginx.ingress.kubernetes.io/session-cookie-change-on-failure: \"true\"",
                .activeHealthCheck: "the readinessProbe of the pods",
                .idleTolerance: "nginx.ingress.kubernetes.io/proxy-read-timeout and proxy-send-timeout",
            ],
            faults: FaultClaims(
                failover: .rehome, killedMilliseconds: 3_000, hungMilliseconds: 6_000, returnedMilliseconds: 5_000),
            remedies: [
                "failover": "nginx.ingress.kubernetes.io/session-cookie-change-on-failure: \"true\"",
                "health-view": "nginx.ingress.kubernetes.io/session-cookie-change-on-failure: \"true\"",
            ]),
        documents: [
            Profile.Document(
                "Annotations, session affinity",
                "https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/"),
            Profile.Document(
                "Sticky sessions", "https://kubernetes.github.io/ingress-nginx/examples/affinity/cookie/"),
        ],
        inferred: [
            "a pod that fails stays in the endpoints for longer than a case lasts; readiness probes take it out later",
            "the ingress serves the path /, which is then the cookie's",
        ],
        predictions: [
            .cookieAlone,
            .bareCookie(
                because: "Annotations: session-cookie-samesite is unset by default"),
            Prediction(
                .fail,
                [
                    "failover/closing-node", "failover/partition", "failover/rolling-restart",
                    "failover/unhealthy-page",
                ],
                because:
                    "Annotations: session-cookie-change-on-failure is false unless set, and requests go on to the "
                    + "pod that failed, also while it closes connections, can't be reached, is started again or says that it is"
                    + " ill"),
            Prediction(
                .warning,
                [
                    "idle/tunnel-cutoff"
                ],
                because: "Annotations: proxy-read-timeout and proxy-send-timeout are 60 s by default"),
            Prediction(
                .fail,
                [
                    "ddp/back-after-kill", "ddp/reconnect-herd", "failover/kill-moves-sessions", "failover/hung-node",
                ],
                because:
                    "Annotations: session-cookie-change-on-failure is false unless set, and requests go on to the "
                    + "pod that failed"
            ),
            Prediction(
                .inconclusive,
                [
                    "ddp/methods-run-once", "ddp/subscriptions-resume",
                ],
                because: "its clients do not come back from the pod that failed, so that this can not be asked"),
            Prediction(
                .fail,
                [
                    "ddp/frozen-node"
                ],
                because:
                    "Annotations: session-cookie-change-on-failure is false unless set, and requests go on to the "
                    + "pod that failed, also while it hangs"
            ),
            Prediction(
                .warning,
                [
                    "stickiness/cookie-returns"
                ],
                because: "Annotations: session-cookie-samesite is unset by default"),
            Prediction(
                .unsupported,
                [
                    "stickiness/first-requests"
                ],
                because: "it goes by a cookie, which a first request can not have"),
        ])
}
