import Claims
import StickyProxy

extension Profile {
    /// A Classic Load Balancer of AWS with a TCP listener.
    static let elbClassicTCP = Profile(
        name: "elb-classic-tcp",
        summary:
            "AWS Classic Load Balancer, TCP listener: WebSocket passes, and nothing keeps a polling client on its "
            + "node.",
        behavior: .elbClassic {
            $0.mode = .tcp
            $0.affinity.rule = .none
            $0.health.probe?.check = .connect
        },
        checkSpeed: 20,
        claims: .system(
            "a Classic Load Balancer",
            [
                .pollingStickiness: ELBRemedy.httpListener, .clientAffinity: ELBRemedy.httpListener,
                .activeHealthCheck: "aws elb configure-health-check --health-check Target=HTTP:PORT/health,…",
                .killFailover: "aws elb configure-health-check with a shorter Interval",
                .idleTolerance: "aws elb modify-load-balancer-attributes, ConnectionSettings IdleTimeout",
                .clientAddress:
                    "aws elb create-load-balancer-policy of ProxyProtocolPolicyType, and a node that reads it",
            ],
            faults: FaultClaims(
                failover: .rehome, killedMilliseconds: 65_000, hungMilliseconds: 65_000, returnedMilliseconds: 300_000),
            remedies: ["affinity-none": ELBRemedy.httpListener]),
        documents: ELBDocument.all,
        inferred: [
            "until a node is found unhealthy, connections that it refuses are closed; no document says that another "
                + "one is tried",
            "health checks try a connection, as the documents' default TCP:80 does",
        ],
        predictions: [
            Prediction(
                .fail,
                [
                    "failover/flapping-node"
                ],
                because:
                    "Listeners: with TCP each connection is balanced by itself, so that polling sessions don't "
                    + "live"),
            Prediction(
                .fail,
                [
                    "failover/closing-node", "failover/unhealthy-page",
                ],
                because:
                    "Configure health checks: a TCP check tries a connection, which a node accepts that then "
                    + "closes it, or that would say that it is ill"),
            Prediction(
                .unsupported,
                [
                    "headers/hop-by-hop", "security/refused-upgrade-smuggling", "security/conflicting-lengths",
                ],
                because: "Listeners: a TCP listener passes bytes on and reads no request, so that nobody is misled"),
            Prediction(
                .warning,
                [
                    "idle/tunnel-cutoff"
                ],
                because: "Configure the idle connection timeout: it is 60 s by default"),
            Prediction(
                .fail,
                [
                    "headers/client-address"
                ],
                because: "Listeners: with TCP there are no X-Forwarded headers"),
            Prediction(
                .fail,
                [
                    "paths/prefix", "sockjs/polling-round-trip", "sockjs/xhr-streaming-round-trip",
                    "sockjs/eventsource-round-trip", "sockjs/htmlfile-round-trip", "sockjs/jsonp-polling-round-trip",
                    "sockjs/iframe-round-trips", "sockjs/abort-reaches-node", "streaming/frames-at-once",
                    "streaming/frames-at-once-gzip", "streaming/rotation", "idle/heartbeat-crosses",
                    "ddp/connect-and-call", "ddp/session-survives", "ddp/quiet-session", "ddp/back-after-kill",
                    "ddp/methods-run-once", "ddp/subscriptions-resume", "ddp/frozen-node", "ddp/reconnect-herd",
                    "stickiness/polling-same-node", "stickiness/websocket-first", "stickiness/shared-connection",
                    "stickiness/address-change", "stickiness/many-clients", "stickiness/websocket-and-http",
                    "failover/kill-moves-sessions", "failover/bystanders-undisturbed", "failover/hung-node",
                    "failover/cut-stream-shows", "failover/no-duplicate-send", "fallback/upgrade-refused",
                    "fallback/upgrade-silent",
                ],
                because:
                    "Listeners: with TCP there are no cookies for session stickiness, and each connection is "
                    + "balanced by itself"
            ),
            Prediction(
                .unsupported,
                [
                    "stickiness/unknown-cookie", "stickiness/cookie-returns", "stickiness/first-requests",
                    "stickiness/cookie-attributes",
                ],
                because: "it sets no cookie, and nothing else keeps what belongs together on one node either"),
        ] + Prediction.noAffinity)
}

extension ELBRemedy {
    static let httpListener = """
        a TCP listener has no stickiness: polling and streaming transports need an
        HTTP listener with a stickiness policy, which passes no WebSocket; let clients
        use WebSocket alone, or give each kind a listener of its own
        """
}
