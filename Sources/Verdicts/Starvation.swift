package import History

extension HistoryView {
    /// What kept our own side from running for so long that a case without a verdict deserves another run, in words; nil
    /// where nothing did.
    package var starvation: String? {
        if let stalledNode { return stalledNode }
        if let longest = lapsedSessions.values.max() {
            return "our own clients were silent for up to \(longest.inWords)"
        }
        guard let first = events.first, let last = events.last else { return nil }
        let stalled = stalled(from: first.time, to: last.time)
        return stalled < Judgement.stallTolerance ? nil : "our own loops stood still for \(stalled.inWords)"
    }
}
