public import History

/// As many polling sessions opened as were asked for, and on more than one node: else stickiness can't be told.
public struct OpenedSessionsChecker: HistoryChecker {
    /// Sessions asked for.
    public var least: Int

    /// A checker that expects so many sessions.
    public init(least: Int) { self.least = least }

    /// Judges the polls that should have opened sessions; an open session is no observation by itself.
    public func judge(_ history: HistoryView) -> Judgement {
        var judgement = Judgement(observations: 0)
        let sessions = history.sessions
        let opened = Set(sessions.map(\.opened.session))
        let failed = history.exchanges.filter {
            $0.sent.label == .pollOpen && !opened.contains($0.sent.session ?? "") && $0.endedAt != nil
        }
        for exchange in failed.prefix(StickinessChecker.findingLimit) {
            judgement.findings.append(
                Finding(
                    .sessionNotOpened, "session \(exchange.sent.session ?? "?") did not open",
                    evidence: [history.evidence(exchange)], deadline: exchange.missedDeadline))
        }
        let owners = Set(sessions.compactMap(\.opened.nodeID))
        guard failed.isEmpty else { return judgement }
        if opened.isEmpty {
            judgement.doubt = "no session opened"
        } else if owners.count < 2 {
            let place = owners.first ?? "nodes that don't name themselves"
            judgement.doubt =
                "all \(opened.count) sessions opened on \(place), so affinity can't be told from a single node"
        } else if opened.count < least {
            judgement.doubt = "only \(opened.count) of \(least) sessions opened"
        }
        return judgement
    }
}
