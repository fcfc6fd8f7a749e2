package import History

/// The sessions opened on more than one node: where all are on one, any balancer looks sticky.
package struct SeveralOwnersChecker: HistoryChecker {
    /// A checker.
    package init() {}

    /// Judges nothing but whether anything can be told.
    package func judge(_ history: HistoryView) -> Judgement {
        let owners = Set(history.sessions.compactMap(\.opened.nodeID))
        guard owners.count == 1, let owner = owners.first else { return Judgement(observations: 0) }
        return Judgement(
            observations: 0, doubt: "all sessions opened on \(owner), so affinity can't be told from a single node")
    }
}
