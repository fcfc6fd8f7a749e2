import History
import Wire

extension SessionClosed {
    /// For an end that a literal peer records because our own deadline passed: the time the other side was given.
    func missedDeadline(until end: HistoryTime, since start: HistoryTime?) -> ClosedRange<HistoryTime>? {
        guard cause == .deadline, let start, start <= end else { return nil }
        return start...end
    }
}

extension WireError {
    /// What it says of the end of a session whose peer was read literally.
    var endCause: EndCause {
        if case .timedOut = self { return .deadline }
        return .peer
    }
}
