import History

extension HistoryEvent {
    /// For the end of a session by our own deadline: the time the peer was given since `start`.
    public func missedDeadline(since start: HistoryTime) -> ClosedRange<HistoryTime>? {
        guard case .sessionClosed(let closed) = kind, closed.reason.hasPrefix("timed out"), start <= time else {
            return nil
        }
        return start...time
    }
}
