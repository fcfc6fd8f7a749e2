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
            Prediction(
                .unsupported, ["stickiness/first-requests"],
                because: "it goes by a cookie, which a first request can not have")
        ])

    /// The balancer within Meteor apps as its last version is.
    static let meteorCluster169 = Profile(
        name: "meteor-cluster-1.6.9",
        summary: "meteorhacks:cluster 1.6.9 as it is, with its six defects.",
        behavior: .cluster(.web(Set(ClusterDefect.allCases))), cluster: .web(Set(ClusterDefect.allCases)),
        claims: .meteorCluster(), documents: MeteorClusterDocument.all, inferred: MeteorClusterDocument.inferred,
        predictions: [])
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
            faults: FaultClaims(failover: .rehome, killedMilliseconds: 3_500, returnedMilliseconds: 3_000))
    }
}
