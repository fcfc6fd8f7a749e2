package import History

/// The sessions opened on more than one node: where all are on one, any balancer looks sticky.
package struct SeveralOwnersChecker: HistoryChecker {
    /// A checker.
    package init() {}

    /// Judges nothing but whether anything can be told.
    package func judge(_ history: HistoryView) -> Judgement {
        let (fold, names) = SpreadFold.of(history)
        guard fold.openings.count == 1, let owner = fold.openings.keys.first else { return Judgement(observations: 0) }
        return Judgement(
            observations: 0, doubt: SpreadDoubt.singleNode(owner, sessions: nil).sentence(names: names))
    }
}

extension SpreadFold {
    /// That of all sessions of a history, with the names of their nodes.
    static func of(_ history: HistoryView) -> (fold: SpreadFold, names: NameTable) {
        var (fold, names, known) = (SpreadFold(), NameTable(limit: .max), Set<String>())
        for trace in history.sessions {
            fold.open(
                on: trace.opened.nodeID.map { names.number(of: $0) },
                isFirst: known.insert(trace.opened.session).inserted)
        }
        return (fold, names)
    }
}
