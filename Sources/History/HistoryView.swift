/// A history as judges read it: what its events add up to is worked out once, when first asked for.
///
/// A view belongs to the one who reads it and is not for several tasks at once.
public final class HistoryView {
    /// Events, earliest first.
    public let events: [HistoryEvent]
    /// When the record begins of which this is a part.
    public let start: HistoryTime
    private var indices: [ObjectIdentifier: any HistoryIndex] = [:]
    private var phases: [String: HistoryView] = [:]

    private init(_ events: [HistoryEvent], since start: HistoryTime) {
        self.events = events
        self.start = start
    }

    /// A view of all of a record.
    public convenience init(_ history: RunHistory) {
        self.init(history.events, since: history.events.first?.time ?? HistoryTime(nanoseconds: 0))
    }

    /// What the events add up to in one respect.
    public subscript<Index: HistoryIndex>(_ type: Index.Type) -> Index {
        if let known = indices[ObjectIdentifier(type)] as? Index { return known }
        let made = Index(self)
        indices[ObjectIdentifier(type)] = made
        return made
    }

    /// A view of some of the events.
    public func filter(_ isIncluded: (HistoryEvent) -> Bool) -> HistoryView {
        HistoryView(events.filter(isIncluded), since: start)
    }

    /// The events before any phase, which set the scene, and those from the beginning of this phase to that of the
    /// next one. All that became of a request belongs to the phase in which it was sent: a node's clock may put its
    /// execution into another one.
    public func phase(_ name: String) -> HistoryView {
        if let known = phases[name] { return known }
        var inside = true
        var isInside: [Bool] = []
        var sentInside: [String: Bool] = [:]
        for event in events {
            if case .phase(let phase) = event.kind { inside = phase.name == name }
            if case .requestSent(let sent) = event.kind { sentInside[sent.requestID] = inside }
            isInside.append(inside)
        }
        let view = HistoryView(
            zip(events, isInside).compactMap { event, inside in
                event.kind.requestID.flatMap { sentInside[$0] } ?? inside ? event : nil
            }, since: start)
        phases[name] = view
        return view
    }

    /// The first fault of any kind, with the moment from which it may have been in force.
    public var firstFault: (time: HistoryTime, fault: Fault)? {
        for event in events {
            if case .faultInjected(let fault) = event.kind { return (event.time, fault) }
        }
        return nil
    }

    /// What was recorded before the first fault; all where there was none.
    public var beforeFaults: HistoryView {
        HistoryView(
            Array(
                events.prefix {
                    if case .faultInjected = $0.kind { return false }
                    return true
                }), since: start)
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

/// What the events of a history add up to in one respect, such as all requests with what became of them.
public protocol HistoryIndex {
    /// Works it out.
    init(_ history: HistoryView)
}

extension RunHistory {
    /// A view of it.
    public var view: HistoryView { HistoryView(self) }
}
