import Claims
import StickyProxy

extension Profile {
    /// Fly's proxy, without an app that answers fly-replay.
    static let fly = Profile(
        name: "fly",
        summary:
            "Fly's proxy: the least loaded machine for each request, unless a client names one in "
            + "fly-force-instance-id.",
        behavior: {
            var behavior = Behavior.reference
            behavior.affinity.rule = .header("fly-force-instance-id")
            behavior.affinity.sessionCapacity = 0
            behavior.distribution.order = .leastConnections
            behavior.headers.forwardedFor = .appended
            behavior.limits.requestsPerNode = 200
            behavior.limits.queue = .init(requestsPerNode: 200, patience: .seconds(30))
            return behavior
        }(),
        claims: .system(
            "Fly's proxy",
            [.pollingStickiness: FlyRemedy.replay, .clientAffinity: FlyRemedy.replay],
            faults: FaultClaims(
                failover: .rehome, killedMilliseconds: 3_000, hungMilliseconds: 6_000, returnedMilliseconds: 5_000),
            remedies: ["affinity-none": FlyRemedy.replay]),
        documents: [
            Profile.Document("Session affinity (sticky sessions)", "https://fly.io/docs/blueprints/sticky-sessions/"),
            Profile.Document("Fly Proxy", "https://fly.io/docs/reference/fly-proxy/"),
        ],
        inferred: ["times of health checks", "browsers set no fly-force-instance-id, so nothing keeps them"],
        predictions: [
            Prediction(
                .fail,
                [
                    "failover/flapping-node"
                ],
                because: "Session affinity: requests go to any machine, so that polling sessions don't live"),
            Prediction(
                .warning,
                [
                    "recovery/no-herd"
                ],
                because: "Fly Proxy: requests go to the least loaded machine, which is one that has just come back"),
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
                    "Session affinity: without fly-replay of the app or fly-force-instance-id of the client, "
                    + "requests go to any machine"
            ),
            Prediction(
                .unsupported,
                [
                    "stickiness/unknown-cookie", "stickiness/cookie-returns", "stickiness/first-requests",
                    "stickiness/cookie-attributes",
                ],
                because: "it sets no cookie, and nothing else keeps what belongs together on one node either"),
            Prediction(
                .varies,
                [
                    "recovery/returned-node-is-used"
                ],
                because:
                    "Session affinity: requests go to any machine, by which a session may get to the node it came "
                    + "from"),
        ] + Prediction.noAffinity)
}

private enum FlyRemedy {
    static let replay = """
        Fly sets no cookie: let the app answer a client of another machine with
        fly-replay: instance=ID, by a cookie of its own
        """
}
