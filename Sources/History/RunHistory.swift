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
    /// next one. All that became of a request belongs to the phase in which it was sent: a node's clock may put its
    /// execution into another one.
    public func phase(_ name: String) -> RunHistory {
        var inside = true
        var isInside: [Bool] = []
        var sentInside: [String: Bool] = [:]
        for event in events {
            if case .phase(let phase) = event.kind { inside = phase.name == name }
            if case .requestSent(let sent) = event.kind { sentInside[sent.requestID] = inside }
            isInside.append(inside)
        }
        return RunHistory(
            events: zip(events, isInside).compactMap { event, inside in
                event.kind.requestID.flatMap { sentInside[$0] } ?? inside ? event : nil
            })
    }

    /// What holds for the whole run, if that was recorded.
    public var bench: BenchFacts? {
        for event in events {
            if case .bench(let facts) = event.kind { return facts }
        }
        return nil
    }

    /// Factor on the idle limits and heartbeats of the run; true time where the history does not say.
    public var timeScale: Double { bench.flatMap { $0.timeScale > 0 ? $0.timeScale : nil } ?? 1 }

    /// Whether a log was cut short, so that absence proves nothing.
    public var isTruncated: Bool {
        events.contains {
            if case .logTruncated = $0.kind { return true }
            return false
        }
    }
}

extension HistoryEvent.Kind {
    /// The request it is about, if it is about one.
    public var requestID: String? {
        switch self {
        case .requestSent(let sent): sent.requestID
        case .responseReceived(let response): response.requestID
        case .requestFailed(let failed): failed.requestID
        case .cookieWithheld(let withheld): withheld.requestID
        case .requestExecuted(let executed): executed.requestID
        default: nil
        }
    }
}
