/// On which nodes sessions opened: where all are on one, any balancer looks sticky.
package struct SpreadFold: Sendable {
    /// How many sessions opened.
    package private(set) var sessions = 0
    /// How many connections of sessions opened, by node.
    package private(set) var openings: [NameNumber: Int] = [:]

    /// Nothing opened so far.
    package init() {}

    /// A connection of a session opened.
    ///
    /// - Parameters:
    ///   - node: its owner, where it said so.
    ///   - isFirst: whether it is the session's first.
    package mutating func open(on node: NameNumber?, isFirst: Bool) {
        if isFirst { sessions += 1 }
        if let node { openings[node, default: 0] += 1 }
    }

    /// Why nothing can be told of affinity, if so.
    ///
    /// - Parameter least: how many sessions should have opened.
    package func doubt(least: Int) -> SpreadDoubt? {
        if sessions == 0 { return .noSession }
        if openings.count < 2 { return .singleNode(openings.keys.first, sessions: sessions) }
        return sessions < least ? .tooFew(sessions, of: least) : nil
    }
}

/// Why the sessions that opened can't tell affinity from its absence.
package enum SpreadDoubt: Sendable, Hashable {
    /// There are none.
    case noSession
    /// All are on this node, or on nodes that don't name themselves.
    case singleNode(NameNumber?, sessions: Int?)
    /// There are fewer than asked for.
    case tooFew(Int, of: Int)

    /// In a sentence.
    package func sentence(names: NameTable) -> String {
        switch self {
        case .noSession: "no session opened"
        case .singleNode(let node, let sessions):
            "all \(sessions.map { "\($0) " } ?? "")sessions opened on "
                + "\(node.map { names[$0] } ?? "nodes that don't name themselves"), so affinity can't be told from a single "
                + "node"
        case .tooFew(let opened, let least): "only \(opened) of \(least) sessions opened"
        }
    }
}
