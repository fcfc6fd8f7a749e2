public import History

/// One connection of a session, from its opening to its end.
public struct SessionTrace: Sendable, Hashable {
    /// The client.
    public var client: String
    /// When it opened.
    public var openedAt: HistoryTime
    /// Its opening.
    public var opened: SessionOpened
    /// When it ended; nil if it lives at the end of the history.
    public var closedAt: HistoryTime?
    /// Its end.
    public var closed: SessionClosed?
}

/// Connections of all sessions, in the order in which they opened.
private struct SessionTraces: HistoryIndex {
    let all: [SessionTrace]

    init(_ history: HistoryView) { all = Self.all(in: history.events) }

    private static func all(in events: [HistoryEvent]) -> [SessionTrace] {
        var all: [SessionTrace] = []
        for event in events {
            switch (event.actor, event.kind) {
            case (.client(let client), .sessionOpened(let opened)):
                all.append(SessionTrace(client: client, openedAt: event.time, opened: opened))
            case (.client, .sessionClosed(let closed)):
                guard
                    let at = all.lastIndex(where: {
                        $0.opened.session == closed.session && $0.opened.epoch == closed.epoch
                    }), all[at].closed == nil
                else { continue }
                all[at].closed = closed
                all[at].closedAt = event.time
            default: break
            }
        }
        return all
    }
}

extension HistoryView {
    /// What sessions are for, by their names; those without a label are not in it.
    public var sessionLabels: [String: String] {
        var labels: [String: String] = [:]
        for event in events {
            if case .sessionNamed(let named) = event.kind { labels[named.session] = named.label }
        }
        return labels
    }

    /// Connections of all sessions, in the order in which they opened.
    public var sessions: [SessionTrace] { self[SessionTraces.self].all }

    /// The first fault of this kind, with the moment from which it may have been in force.
    public func fault(_ kind: FaultKind) -> (time: HistoryTime, nodeID: String)? {
        for event in events {
            if case .faultInjected(let fault) = event.kind, fault.fault == kind { return (event.time, fault.nodeID) }
        }
        return nil
    }

    /// The first healing of a fault of this kind.
    public func healing(of kind: FaultKind) -> (time: HistoryTime, nodeID: String)? {
        for event in events {
            if case .faultHealed(let fault) = event.kind, fault.fault == kind { return (event.time, fault.nodeID) }
        }
        return nil
    }

    /// Words for the first stretch of a second or more in which the loop of a node of ours did not run.
    var stalledNode: String? {
        var nodes: Set<String> = []
        for event in events {
            switch (event.actor, event.kind) {
            case (.node(let id), .nodeStarted): nodes.insert(id)
            case (.lab, .stall(let stall)) where nodes.contains(stall.loop) && stall.milliseconds >= 1_000:
                return
                    "our node \(stall.loop) stood still for \(stall.milliseconds) ms, in which a balancer may take it "
                    + "for dead"
            default: break
            }
        }
        return nil
    }

    /// How long one of our own loops or another stood still between these moments; loops that stood still together
    /// count once.
    package func stalled(from start: HistoryTime, to end: HistoryTime) -> Duration {
        var stretches: [ClosedRange<HistoryTime>] = []
        for event in events {
            guard case .stall(let stall) = event.kind else { continue }
            let stretch = event.time.stretchBefore(milliseconds: stall.milliseconds)
            let (from, to) = (max(stretch.lowerBound, start), min(stretch.upperBound, end))
            if from < to { stretches.append(from...to) }
        }
        var total = Duration.zero
        var counted = start
        for stretch in stretches.sorted(by: { $0.lowerBound < $1.lowerBound }) where stretch.upperBound > counted {
            total += stretch.upperBound - max(stretch.lowerBound, counted)
            counted = stretch.upperBound
        }
        return total
    }
}
