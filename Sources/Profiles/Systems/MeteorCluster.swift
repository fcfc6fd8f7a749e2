import Claims
import Cluster
import Discovery
import StickyProxy

extension Profile {
    /// The balancer within Meteor apps, without what it did wrong.
    static let meteorCluster = Profile(
        name: "meteor-cluster",
        summary:
            "meteorhacks:cluster, each app a balancer too, without its six defects: URLs name the node, pages a cookie.",
        behavior: .cluster(.web()), cluster: .web(), claims: .meteorCluster(),
        documents: MeteorClusterDocument.all, inferred: MeteorClusterDocument.inferred,
        predictions: [
            .cookieAlone,
            .bareCookie(because: "lib/balancer: the cookie has HttpOnly, and no SameSite"),
            .ownInfo,
            Prediction(
                .unsupported, ["stickiness/first-requests"],
                because: "lib/balancer: pages go by a cookie, which a first request can not have"),
        ])

    /// The balancer within Meteor apps as its last version is.
    static let meteorCluster169 = Profile(
        name: "meteor-cluster-1.6.9",
        summary: "meteorhacks:cluster 1.6.9 as it is, with its six defects.",
        behavior: .cluster(.web(Set(ClusterDefect.allCases))), cluster: .web(Set(ClusterDefect.allCases)),
        claims: .meteorCluster(), documents: MeteorClusterDocument.all, inferred: MeteorClusterDocument.inferred,
        predictions: [
            .cookieAlone,
            .bareCookie(because: "lib/balancer: the cookie has HttpOnly, and no SameSite"),
            Prediction(
                .fail,
                [
                    "stickiness/address-change", "stickiness/many-clients", "stickiness/websocket-and-http",
                    "failover/flapping-node", "stickiness/cookie-after-retry", "failover/slow-node",
                ],
                because: "lib/balancer: the cookie is read under another name than it is set, so that each request is "
                    + "a new pick"),
            Prediction(
                .inconclusive, ["stickiness/duplicate-cookies"],
                because: "lib/balancer: clients with one cookie get a new pick with each request too"),
            Prediction(
                .warning, ["stickiness/cookie-on-error"],
                because: "lib/balancer: the cookie is read under another name than it is set"),
            Prediction(
                .warning, ["recovery/no-herd"],
                because: "lib/balancer: a socket without a hash is the process's own, whichever nodes there are"),
            .ownInfo,
            Prediction(
                .fail,
                [
                    "sockjs/polling-round-trip", "sockjs/xhr-streaming-round-trip", "sockjs/eventsource-round-trip",
                    "sockjs/htmlfile-round-trip", "sockjs/jsonp-polling-round-trip", "sockjs/iframe-round-trips",
                    "sockjs/abort-reaches-node", "streaming/frames-at-once", "streaming/frames-at-once-gzip",
                    "streaming/rotation", "idle/heartbeat-crosses", "stickiness/polling-same-node",
                    "stickiness/shared-connection", "failover/kill-moves-sessions", "failover/bystanders-undisturbed",
                    "failover/cut-stream-shows", "failover/no-duplicate-send", "ddp/quiet-session",
                ],
                because:
                    "lib/balancer: the cookie that is set is cluster-endpoint::SERVICE, the one that is read is cluster-endpoint, "
                    + "so that every request without a hash is a new pick"),
            Prediction(
                .fail, ["stickiness/websocket-first", "ddp/back-after-kill", "ddp/reconnect-herd"],
                because:
                    "lib/balancer: an upgrade without a hash and without the cookie is the process's own, whose "
                    + "endpoint may be dead"),
            Prediction(
                .fail, ["stickiness/unknown-cookie"],
                because:
                    "lib/balancer: an upgrade with the cookie cluster-endpoint ends in the error \"service name is "
                    + "required\", and an unknown hash is a new pick with each request"),
            Prediction(
                .fail, ["failover/all-nodes-down"],
                because:
                    "lib/balancer: an error of the proxy is not answered, and the socket of an upgrade is closed"),
            Prediction(
                .unsupported, ["stickiness/cookie-returns", "stickiness/first-requests"],
                because: "lib/balancer: the cookie that it sets is read nowhere"),
            Prediction(
                .varies, ["ddp/methods-run-once", "recovery/returned-node-is-used"],
                because: "lib/balancer: a random pick, which may bring a client back to where it was"),
        ])
}

extension Profile.Prediction {
    /// No node answers for info.
    fileprivate static let ownInfo = Profile.Prediction(
        .unsupported, ["sockjs/info"],
        because: "lib/balancer: /sockjs/info is the balancer's own answer, with a base_url")
}

extension ClusterRules {
    /// A cluster of one service.
    fileprivate static func web(_ defects: Set<ClusterDefect> = []) -> ClusterRules {
        ClusterRules(service: .web, defects: defects)
    }
}

private enum MeteorClusterDocument {
    static let package = "https://github.com/meteorhacks/cluster"
    static let all = [
        Profile.Document("meteorhacks:cluster 1.6.9, README", package),
        Profile.Document(
            "meteorhacks:cluster 1.6.9, lib/balancer", "\(package)/tree/master/lib/balancer"),
    ]
    static let inferred = [
        "info is not to be cached",
        "connections of clients live on after an answer",
        "without the defects: a second cookie for pages of other sites",
        "without the defects: a page or a socket whose endpoint can't be reached gets another one, a URL that names one "
            + "gets a 502, and a hash that no endpoint has gets a 410",
    ]
}

private enum MeteorClusterRemedy {
    static let entry = """
        # no setting: put a balancer with health checks and a cookie before the
        # apps, and leave CLUSTER_BALANCER_URL to name it
        """
}

extension ClaimSheet {
    fileprivate static func meteorCluster() -> ClaimSheet {
        .system(
            "meteorhacks:cluster", [.killFailover: "lease of 20 s", .distribution: "CLUSTER_SELF_WEIGHT"],
            without: [
                .activeHealthCheck: Omission(
                    reason:
                        "an endpoint that accepts and does not answer is used until its lease of 20 s ends, and what it "
                        + "was sent by then waits", source: MeteorClusterDocument.package),
                .pathPrefix: Omission(
                    reason: "a word before /sockjs/info names a service, so that an app can not be below a path",
                    source: MeteorClusterDocument.package),
            ],
            faults: FaultClaims(failover: .rehome, killedMilliseconds: 3_500, returnedMilliseconds: 3_000),
            remedies: [
                "affinity-none": MeteorClusterRemedy.entry, "affinity-path": MeteorClusterRemedy.entry,
                "affinity-cookie": MeteorClusterRemedy.entry, "failover": MeteorClusterRemedy.entry,
            ])
    }
}
