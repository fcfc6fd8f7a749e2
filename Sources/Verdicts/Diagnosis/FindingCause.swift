extension FindingCode {
    /// The cause that a finding of this code speaks for, and whether it does so whatever else was seen in its case.
    ///
    /// A code that many things can bring about follows the most fundamental sign in the history of its case.
    var cause: (kind: CauseKind, isCertain: Bool) {
        switch self {
        case .balancerSilent: (.reachability, true)
        case .upgradeNotForwarded, .acceptWrong: (.upgrade, false)
        case .tunnelClosed, .closeCodeLost, .firstFrameLost, .payloadAltered, .refusalAltered, .messageAltered,
            .messageLost, .messageDuplicated, .messageReordered, .resultAltered, .resultMissing, .pongMissing,
            .subscriptionIncomplete, .infoUnavailable, .infoDisagrees, .streamTruncated, .requestStorm, .headerLost:
            (.rewriting, false)
        case .infoAltered, .corsAltered, .iframeBlocked, .iframeAltered, .errorAltered: (.rewriting, true)
        case .infoCached, .answerCached: (.caching, true)
        case .sessionNotOpened, .requestFailed, .ddpNotConnected: (.unexplained, false)
        case .sessionMoved, .documentStale: (.affinityNone, false)
        case .unknownCookieRefused: (.affinityCookie, true)
        case .nodeUnused: (.distribution, false)
        case .bystanderDisturbed: (.bystander, false)
        case .sessionNotMoved, .reconnectedLate, .reconnectStorm, .notRecovered: (.failover, false)
        case .sessionWentBack: (.failover, true)
        case .noAnswerWhenDown, .wrongStatusWhenDown, .cutUnnoticed: (.failover, true)
        case .sessionStuck: (.healthView, false)
        case .requestReplayed, .methodReplayed: (.replay, true)
        case .methodLost: (.failover, false)
        case .returnedNodeUnused, .webSocketNotBack: (.recovery, false)
        case .pollingRefused, .pollingNotReached: (.fallback, false)
        case .streamHeldBack: (.buffering, false)
        case .heartbeatMissing, .sessionCut: (.idle, false)
        case .abortNotForwarded: (.abort, true)
        case .addressMissing, .addressWrong, .addressForged: (.clientAddress, true)
        case .pathAltered, .pathNotServed: (.path, false)
        case .hostAltered, .hostRefused: (.host, true)
        case .bodyRefused: (.limitBody, true)
        case .fieldsRefused: (.limitRequestFields, true)
        case .answerRefused: (.limitAnswerFields, true)
        case .clientRefused: (.limitConnections, true)
        case .upgradeFieldAltered, .upgradeFieldAdded, .connectionFieldAdded: (.upgrade, true)
        case .cookieNotReturned: (.affinityCookie, true)
        case .cookieNotReturnedCrossSite: (.affinityCrossSite, true)
        case .firstRequestsSpread: (.affinityLoad, true)
        }
    }
}
