public import History

/// A pure function from a history to findings: what cases are judged by, alone or joined.
public protocol HistoryChecker: Sendable {
    /// What the history shows.
    func judge(_ history: HistoryView) -> Judgement
}

extension HistoryChecker {
    /// What the whole of a record shows.
    public func judge(_ history: RunHistory) -> Judgement { judge(history.view) }
}
