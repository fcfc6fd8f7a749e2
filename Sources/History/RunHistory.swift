/// The events of one run in the order of time: all that a checker may look at, through a `HistoryView`.
public struct RunHistory: Sendable, Hashable {
    /// Events, earliest first; events of one instant keep the order they were recorded in.
    public let events: [HistoryEvent]

    /// Sorts these events by time.
    public init(events: [HistoryEvent]) {
        self.events = events.enumerated()
            .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
            .map(\.element)
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
