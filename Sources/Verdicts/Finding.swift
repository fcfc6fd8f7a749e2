import History

/// One violation a checker saw.
public struct Finding: Codable, Sendable, Hashable {
    /// What kind of violation.
    public var code: FindingCode
    /// What was expected and what came, in a sentence.
    public var message: String
    /// Lines of the history that show it.
    public var evidence: [String]
    /// For a finding that is only a missed deadline: the time the peer was given. Not part of reports.
    public var deadline: ClosedRange<HistoryTime>?

    private enum CodingKeys: String, CodingKey { case code, message, evidence }

    /// A violation with what shows it.
    public init(
        _ code: FindingCode, _ message: String, evidence: [String] = [], deadline: ClosedRange<HistoryTime>? = nil
    ) {
        self.code = code
        self.message = message
        self.evidence = evidence
        self.deadline = deadline
    }
}

/// Every kind of violation there is; the raw names are part of the report format.
public enum FindingCode: String, CaseIterable, Codable, Sendable, Hashable {
    case balancerSilent = "balancer-silent"
    case upgradeNotForwarded = "upgrade-not-forwarded"
    case acceptWrong = "accept-wrong"
    case headerLost = "header-lost"
    case refusalAltered = "refusal-altered"
    case tunnelClosed = "tunnel-closed"
    case payloadAltered = "payload-altered"
    case closeCodeLost = "close-code-lost"
    case firstFrameLost = "first-frame-lost"
    case infoUnavailable = "info-unavailable"
    case infoAltered = "info-altered"
    case infoCached = "info-cached"
    case corsAltered = "cors-altered"
    case sessionNotOpened = "session-not-opened"
    case requestFailed = "request-failed"
    case messageAltered = "message-altered"
    case messageLost = "message-lost"
    case messageDuplicated = "message-duplicated"
    case messageReordered = "message-reordered"
    case ddpNotConnected = "ddp-not-connected"
    case resultAltered = "result-altered"
    case resultMissing = "result-missing"
    case pongMissing = "pong-missing"
    case sessionMoved = "session-moved"
    case unknownCookieRefused = "unknown-cookie-refused"
    case nodeUnused = "node-unused"
    case sessionNotMoved = "session-not-moved"
    case bystanderDisturbed = "bystander-disturbed"
    case sessionStuck = "session-stuck"
    case requestReplayed = "request-replayed"
    case noAnswerWhenDown = "no-answer-when-down"
    case wrongStatusWhenDown = "wrong-status-when-down"
    case notRecovered = "not-recovered"
    case returnedNodeUnused = "returned-node-unused"
    case sessionWentBack = "session-went-back"
    case pollingRefused = "polling-refused"
    case pollingNotReached = "polling-not-reached"
    case streamHeldBack = "stream-held-back"
    case streamTruncated = "stream-truncated"
    case heartbeatMissing = "heartbeat-missing"
    case cutUnnoticed = "cut-unnoticed"
    case abortNotForwarded = "abort-not-forwarded"
    case iframeBlocked = "iframe-blocked"
    case iframeAltered = "iframe-altered"
    case errorAltered = "error-altered"
    case requestStorm = "request-storm"
    case answerCached = "answer-cached"
    case sessionCut = "session-cut"
    case reconnectedLate = "reconnected-late"
    case reconnectStorm = "reconnect-storm"
    case methodLost = "method-lost"
    case methodReplayed = "method-replayed"
    case subscriptionIncomplete = "subscription-incomplete"
    case documentStale = "document-stale"
    case addressMissing = "address-missing"
    case addressWrong = "address-wrong"
    case addressForged = "address-forged"
    case pathAltered = "path-altered"
    case pathNotServed = "path-not-served"
    case hostAltered = "host-altered"
    case hostRefused = "host-refused"
    case infoDisagrees = "info-disagrees"
    case webSocketNotBack = "websocket-not-back"
    case bodyRefused = "body-refused"
    case fieldsRefused = "fields-refused"
    case answerRefused = "answer-refused"
    case clientRefused = "client-refused"
    case upgradeFieldAltered = "upgrade-field-altered"
    case upgradeFieldAdded = "upgrade-field-added"
    case connectionFieldAdded = "connection-field-added"
    case cookieNotReturned = "cookie-not-returned"
    case cookieNotReturnedCrossSite = "cookie-not-returned-cross-site"
    case firstRequestsSpread = "first-requests-spread"

    /// As how binding a violation of this kind counts at most, whatever the level of its case.
    public var greatestLevel: CaseDescription.Level {
        switch self {
        // Not every app has pages of other sites, and most nodes pass over a Connection without its Upgrade.
        case .connectionFieldAdded, .cookieNotReturnedCrossSite: .should
        default: .must
        }
    }
}
