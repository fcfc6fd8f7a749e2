package import Claims

extension ClaimSheet {
    /// The reference proxy claims everything; its directives are the knobs of its behavior.
    package static let reference = ClaimSheet(
        directives: [
            .websocketUpgrade: "Behavior.upgrade",
            .pollingStickiness: "Behavior.affinity.rule and sessionCapacity",
            .killFailover: "Behavior.affinity.deadNode and Behavior.distribution.noNode",
            .fallback: "Behavior.health.refusedUpgradeEjection and abortedUpgradeEjection",
            .clientAffinity: "Behavior.affinity.cookie.isOnUpgrade",
            .activeHealthCheck: "Behavior.health.probe",
            .recovery: "Behavior.health.readmission, Behavior.upgrade.breaker and Behavior.distribution.order",
            .distribution: "Behavior.distribution.backups",
            .noReplay: "Behavior.retry",
            .bystanderIsolation: "Behavior.health.tunnelsOnDown and tunnelsOnUp",
            .unknownCookie: "Behavior.affinity.unknownKey",
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
            .requestIntegrity: "Behavior.requests.lengths, Behavior.upgrade.tunnel and Behavior.headers.hopFields",
        ], scope: .client,
        faults: FaultClaims(
            failover: .rehome, killedMilliseconds: 3_000, hungMilliseconds: 6_000, returnedMilliseconds: 5_000),
        remedies: [
            "drain": "Behavior.changes.draining, tunnelsOnDrain and requestsOnRemoval",
            "reload": "Behavior.changes.tunnelsOnReload, requestsOnReload and clientsOnReload",
            "scaling": "Behavior.changes.newNodes and clientsOnRosterChange, Behavior.affinity, Behavior.scaling",
            "restart": "Behavior.changes.leaving, Behavior.affinity.rule",
            "instances": "Behavior.affinity.rule: a cookie that names the node, or a hash",
            "layers": "Behavior.affinity.cookie.otherCookies",
            "cookie-duplicates": "Behavior.affinity.severalKeys",
            "affinity-retry": "Behavior.retry.cookie",
            "cookie-forgery": "Behavior.affinity.cookie.format and Behavior.affinity.unknownKey",
            "slow-clients": "Behavior.limits.connections",
            "slow-node-repeated": "Behavior.limits.firstByte.then",
            "rolling-restart-unserved": "Behavior.affinity.secondMove",
        ], verbs: Set(Verb.allCases))
}
