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
        let opened = Set(history.sessions.map(\.opened.session))
        let failed = history.exchanges.filter {
            $0.sent.label == .pollOpen && !opened.contains($0.sent.session ?? "") && $0.endedAt != nil
        }
        for exchange in failed.prefix(StickinessChecker.findingLimit) {
            judgement.findings.append(
                Finding(
                    .sessionNotOpened, "session \(exchange.sent.session ?? "?") did not open",
                    evidence: [history.evidence(exchange)], deadline: exchange.missedDeadline))
        }
        guard failed.isEmpty else { return judgement }
        let (fold, names) = SpreadFold.of(history)
        judgement.doubt = fold.doubt(least: least)?.sentence(names: names)
        return judgement
    }
}
