/// The events of one run in the order of time: all that a checker may look at.
public struct RunHistory: Sendable, Hashable {
    /// Events, earliest first; events of one instant keep the order they were recorded in.
    public let events: [HistoryEvent]

    /// Sorts these events by time.
    public init(events: [HistoryEvent]) {
        self.events = events.enumerated()
            .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
            .map(\.element)
    }

    /// The events before any phase, which set the scene, and those from the beginning of this phase to that of the
    /// next one.
    public func phase(_ name: String) -> RunHistory {
        var inside = true
        var kept: [HistoryEvent] = []
        for event in events {
            if case .phase(let phase) = event.kind { inside = phase.name == name }
            if inside { kept.append(event) }
        }
        return RunHistory(events: kept)
    }

    /// Whether a log was cut short, so that absence proves nothing.
    public var isTruncated: Bool {
        events.contains {
            if case .logTruncated = $0.kind { return true }
            return false
        }
    }
}
