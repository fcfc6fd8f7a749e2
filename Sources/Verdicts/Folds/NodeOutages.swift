package import History

/// When nodes were away, as whoever brings faults about knows it: one value for all sessions of a run.
package struct NodeOutages: Sendable {
    /// What an outage does to the sessions of its node.
    package enum Effect: Sendable, Hashable {
        /// They are gone, even when the node is back: it was killed.
        case endsSessions
        /// They get no answer meanwhile, and a balancer may serve them elsewhere: the node hangs, drains or is unhealthy.
        case silencesNode
    }

    /// One outage.
    package struct Outage: Sendable, Hashable {
        /// The node.
        package var node: NameNumber
        /// What it does.
        package var effect: Effect
        /// From when on it may be in force.
        package var from: HistoryTime
        /// When the node was back; nil while nobody brought it back.
        package var backAt: HistoryTime?
        /// Until when balancers may still pass the node over.
        package var noticedBy: HistoryTime?

        fileprivate func touches(_ stretch: ClosedRange<HistoryTime>, until end: HistoryTime?) -> Bool {
            from <= stretch.upperBound && end.map { $0 >= stretch.lowerBound } ?? true
        }
    }

    private var outages: [Outage] = []

    /// All nodes are there.
    package init() {}

    /// A node goes away.
    package mutating func begin(_ node: NameNumber, _ effect: Effect, at time: HistoryTime) {
        outages.append(Outage(node: node, effect: effect, from: time))
    }

    /// A node is back.
    ///
    /// - Parameters:
    ///   - time: when it serves again.
    ///   - patience: how long balancers may still pass it over, since they must notice it first.
    package mutating func end(_ node: NameNumber, at time: HistoryTime, patience: Duration) {
        for index in outages.indices where outages[index].node == node && outages[index].backAt == nil {
            (outages[index].backAt, outages[index].noticedBy) = (time, time + patience)
        }
    }

    /// The first outage for which requests of a stretch of time may have found a node away; any node, where none is named.
    package func first(of node: NameNumber?, in stretch: ClosedRange<HistoryTime>) -> Outage? {
        outages.first { (node == nil || $0.node == node) && $0.touches(stretch, until: $0.noticedBy) }
    }

    /// Whether sessions that a node had at the begin of a stretch may be gone at the end of it.
    package func endedSessions(of node: NameNumber, in stretch: ClosedRange<HistoryTime>) -> Bool {
        outages.contains {
            $0.node == node && $0.effect == .endsSessions && $0.touches(stretch, until: $0.backAt)
        }
    }
}

extension ClosedRange<HistoryTime> {
    /// The stretch between two moments, whichever is first: clocks of nodes may be a hair apart.
    package init(between one: HistoryTime, and other: HistoryTime) {
        self = one <= other ? one...other : other...one
    }
}
