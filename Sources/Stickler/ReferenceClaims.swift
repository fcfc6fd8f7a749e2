import History
import Verdicts

extension ClaimSheet {
    /// The reference proxy claims everything; its directives are the knobs of its behavior.
    static let reference = ClaimSheet(
        directives: [
            .websocketUpgrade: "Behavior.upgrade",
            .pollingStickiness: "Behavior.affinity.cookie, address and sessionCapacity",
            .killFailover: "Behavior.affinity.deadNode and Behavior.distribution.noNode",
            .fallback: "Behavior.health.refusedUpgradeEjection and abortedUpgradeEjection",
            .clientAffinity: "Behavior.affinity.cookieOnUpgrade",
            .activeHealthCheck: "Behavior.health.probe",
            .recovery: "Behavior.health.readmission and Behavior.upgrade.breaker",
            .distribution: "Behavior.distribution.backups",
            .noReplay: "Behavior.retry",
            .bystanderIsolation: "Behavior.health.tunnelsOnDown",
            .unknownCookie: "Behavior.affinity.unknownCookie",
            .responseStreaming: "Behavior.answers.buffering",
            .abortPropagation: "Behavior.answers.abandoned",
            .idleTolerance: "Behavior.limits.exchangeIdle and tunnelIdle",
            .answerTransparency: "Behavior.answers and Behavior.headers",
            .clientAddress: "Behavior.headers.forwardedFor",
            .pathPrefix: "Behavior.requests.strippedPrefix",
            .hostNames: "Behavior.headers.host",
            .requestBodies: "Behavior.limits.bodyBytes",
            .requestFields: "Behavior.limits.headBytes",
            .answerFields: "Behavior.limits.answerHeadBytes",
            .sharedAddresses: "Behavior.limits.connectionsPerAddress",
        ], scope: .client,
        faults: FaultClaims(
            failover: .rehome, killedMilliseconds: 3_000, hungMilliseconds: 6_000, returnedMilliseconds: 5_000))

    /// What is expected of a balancer behind a URL, of which there is no manifest.
    static let unknownBalancer = ClaimSheet(
        directives: [
            .websocketUpgrade: "let the balancer pass Upgrade and Connection and keep the tunnel open",
            .pollingStickiness: "switch on session affinity by a cookie, or by the SockJS session in the URL",
            .killFailover: "let requests of a dead node go to another one, and set the affinity cookie anew",
            .fallback: "let affinity hold for the polling URLs of the SockJS endpoint too",
            .clientAffinity: "set the affinity cookie on every first response, a 101 included",
            .activeHealthCheck: "switch on active health checks of /health",
            .recovery: "let a node that answers its health check again have new sessions",
            .distribution: "spread new sessions over all nodes",
            .noReplay: "don't retry a POST that a node may have executed",
            .bystanderIsolation: "use an affinity that does not move sessions of healthy nodes",
            .unknownCookie: "replace an affinity cookie that is not known",
            .responseStreaming: "switch off response buffering and on-the-fly compression on the SockJS path",
            .abortPropagation: "close the connection to the node when the client closes its own",
            .idleTolerance:
                "let the idle and response timeouts be longer than the heartbeat, 25 s for SockJS and 45 s for Meteor",
            .answerTransparency: "don't cache, rewrite or add header fields to answers on the SockJS path",
            .clientAddress:
                "let the last entry of X-Forwarded-For be the client's address, on upgrades too; where more proxies "
                + "stand in front, let the last one keep what the first one wrote",
            .pathPrefix:
                "pass the path on as it came, and take the SockJS session from the end of the path, not from its "
                + "beginning",
            .hostNames: "pass Host on as it came",
            .requestBodies: "let bodies of requests have 1 MiB and more",
            .requestFields: "let the header fields of a request have 8 KiB and more",
            .answerFields: "let the header fields of an answer have 4 KiB and more",
            .sharedAddresses:
                "don't limit connections or requests of one client address to less than an office needs, and let the "
                + "balancer have two connections for each client at once",
        ])
}
