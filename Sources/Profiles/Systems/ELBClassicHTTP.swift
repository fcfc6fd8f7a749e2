import Claims
import StickyProxy

extension Profile {
    /// A Classic Load Balancer of AWS with an HTTP listener.
    static let elbClassicHTTP = Profile(
        name: "elb-classic-http",
        summary: "AWS Classic Load Balancer, HTTP listener: sticky by the AWSELB cookie, but it passes no WebSocket.",
        behavior: .elbClassic {
            var cookie = Behavior.Affinity.Cookie()
            (cookie.name, cookie.twin) = ("AWSELB", "AWSELBCORS")
            (cookie.isHTTPOnly, cookie.sameSite, cookie.sharedAnswers) = (false, nil, .withCookie)
            $0.affinity.rule = .cookie(cookie)
            $0.upgrade.paths = []
            $0.distribution.order = .leastConnections
            $0.headers.forwardedFor = .appended
        },
        checkSpeed: 20,
        claims: .system(
            "a Classic Load Balancer",
            [
                .websocketUpgrade: ELBRemedy.tcpListener,
                .pollingStickiness: "aws elb create-lb-cookie-stickiness-policy, set on the listener",
                .clientAffinity: "aws elb create-lb-cookie-stickiness-policy, set on the listener",
                .activeHealthCheck: "aws elb configure-health-check --health-check Target=HTTP:PORT/health,…",
                .killFailover: "aws elb configure-health-check with a shorter Interval",
                .idleTolerance: "aws elb modify-load-balancer-attributes, ConnectionSettings IdleTimeout",
            ],
            faults: FaultClaims(
                failover: .rehome, killedMilliseconds: 65_000, hungMilliseconds: 65_000, returnedMilliseconds: 300_000),
            remedies: ["upgrade": ELBRemedy.tcpListener]),
        documents: ELBDocument.all,
        inferred: [
            "until a node is found unhealthy, requests of its clients get an error; no document says that another "
                + "one is tried",
            "the affinity cookie comes with public answers too, and its value is opaque",
            "health checks ask for /health; the documents' default is /index.html, which a node of ours does not have",
        ],
        predictions: [
            .cookieAlone,
            .bareCookie(
                because: "assumed: AWSELB as people see it has neither HttpOnly nor SameSite"),
            Prediction(
                .inconclusive,
                [
                    "recovery/no-herd", "stickiness/websocket-and-http",
                ],
                because: "Listeners: an HTTP listener passes no WebSocket, so that none is there to be spread"),
            Prediction(
                .warning,
                [
                    "idle/tunnel-cutoff", "idle/tunnel-lifetime",
                ],
                because: "Listeners: an HTTP listener passes no WebSocket, silent or busy"),
            Prediction(
                .fail,
                [
                    "idle/one-way"
                ],
                because: "Listeners: an HTTP listener passes no WebSocket, so that none lives by what one side says"),
            Prediction(
                .fail,
                [
                    "upgrade/reaches-node", "upgrade/keep-alive-connection-header", "paths/prefix",
                    "tunnel/message-sizes", "tunnel/close-code", "tunnel/first-frame-with-101",
                    "sockjs/info-agrees-with-upgrade", "sockjs/websocket-round-trip",
                    "sockjs/raw-websocket-round-trip", "idle/heartbeat-crosses", "ddp/connect-and-call",
                    "ddp/session-survives", "ddp/quiet-session", "ddp/back-after-kill", "ddp/methods-run-once",
                    "ddp/subscriptions-resume", "ddp/frozen-node", "stickiness/websocket-first",
                    "failover/kill-moves-sessions", "failover/bystanders-undisturbed", "failover/flapping-node",
                    "recovery/websocket-share-returns",
                ],
                because:
                    "Listeners: an HTTP listener does not support every extension of HTTP, for which a TCP listener "
                    + "is to be used; the guide knows no WebSocket, and Upgrade is a field of one hop"
            ),
            Prediction(
                .inconclusive,
                [
                    "headers/connection-field"
                ],
                because: "what becomes of other fields that Connection names is not seen where Upgrade is taken away"),
            Prediction(
                .unsupported,
                [
                    "stickiness/first-requests"
                ],
                because: "it goes by a cookie, which a first request can not have"),
        ])
}

/// What to do where a Classic Load Balancer falls short.
enum ELBRemedy {
    static let tcpListener = """
        this listener passes no WebSocket: use a TCP listener for it, which has no
        stickiness, or two ports, whose WebSocket and HTTP may land on different
        nodes; clients fall back to polling meanwhile
        """
}

/// The documents of the Classic Load Balancer, in the user guide's repository
/// `awsdocs/elb-classic-load-balancers-user-guide`.
enum ELBDocument {
    static let all = [
        Profile.Document(
            "Configure sticky sessions for your Classic Load Balancer", "doc_source/elb-sticky-sessions.md"),
        Profile.Document("Listeners for your Classic Load Balancer", "doc_source/elb-listener-config.md"),
        Profile.Document("Configure health checks for your Classic Load Balancer", "doc_source/elb-healthchecks.md"),
        Profile.Document("Configure the idle connection timeout", "doc_source/config-idle-timeout.md"),
        Profile.Document("Troubleshoot: HTTP errors", "doc_source/ts-elb-error-message.md"),
    ]
}

extension Behavior {
    /// What both kinds of listeners of a Classic Load Balancer have in common.
    static func elbClassic(_ change: (inout Behavior) -> Void) -> Behavior {
        var behavior = Behavior.reference
        behavior.affinity.sessionCapacity = 0
        behavior.retry.idempotent = false
        behavior.retry.patience = .milliseconds(1)
        behavior.distribution.lastResort = nil
        var probe = Health.Probe()
        (probe.interval, probe.timeout, probe.fall, probe.rise) = (.seconds(30), .seconds(5), 2, 10)
        (behavior.health.probe, behavior.health.connectFall) = (probe, 1_000)
        (behavior.limits.exchangeIdle, behavior.limits.tunnelIdle) = (.seconds(60), .seconds(60))
        behavior.limits.clientIdle = .seconds(60)
        change(&behavior)
        return behavior
    }
}
