import History

extension SessionClosed {
    /// For an end that a literal peer records because our own deadline passed: the time the other side was given.
    func missedDeadline(until end: HistoryTime, since start: HistoryTime?) -> ClosedRange<HistoryTime>? {
        guard code == 1006, reason.hasPrefix("timed out"), let start, start <= end else { return nil }
        return start...end
    }
}
