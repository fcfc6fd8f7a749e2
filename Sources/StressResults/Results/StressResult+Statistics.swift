import Statistics

extension StressResult {
    /// A part of all sessions with the limits between which the true part lies, with 95 % confidence (Clopper and Pearson).
    public struct Rate: Sendable, Hashable {
        /// Sessions that were violated.
        public var cases: Int
        /// Sessions that were judged.
        public var sessions: Int
        /// The part that was seen, 0 to 1.
        public var part: Double
        /// The smallest part that agrees with it.
        public var lower: Double
        /// The largest part that agrees with it.
        public var upper: Double
    }

    /// How often sessions were violated in this way; nil where no session was judged, and for what is wrong with attempts
    /// to get one.
    public func rate(ofViolation code: String) -> Rate? {
        guard let cases = counts.violatedSessions[code], counts.judgedSessions > 0,
            let interval = try? BinomialInterval(cases: min(cases, counts.judgedSessions), of: counts.judgedSessions)
        else { return nil }
        return Rate(
            cases: cases, sessions: counts.judgedSessions, part: Double(cases) / Double(counts.judgedSessions),
            lower: interval.lower, upper: interval.upper)
    }

    /// How evenly sessions were spread over the nodes.
    public struct Spread: Sendable, Hashable {
        /// What one node got.
        public struct Share: Sendable, Hashable {
            /// The node.
            public var node: String
            /// Sessions it opened.
            public var sessions: Int
            /// How many that is for each that it would have got in even shares.
            public var ratio: Double
        }

        /// What each node got.
        public var shares: [Share]
        /// What the largest ratio exceeds by chance once in 1 000 runs where every session is placed at random.
        public var tolerance: Double

        /// The largest ratio.
        public var largest: Double { shares.map(\.ratio).max() ?? 0 }
    }

    /// The spread over the nodes; nil where fewer than two are known, where they came and went, or none opened a session. After a fault the sessions
    /// that had to go elsewhere are in it, too.
    public var spread: Spread? {
        let nodes = target.nodes.isEmpty ? counts.openedAt.keys.sorted() : target.nodes
        let sessions = nodes.map { counts.openedAt[$0] ?? 0 }
        // Nodes that came later had less time for it.
        guard followedLoad == nil, nodes.count > 1, let evenness = try? Evenness(nodes: nodes.count),
            let ratios = evenness.ratios(of: sessions),
            let tolerance = evenness.tolerance(sessions: sessions.reduce(0, +), rounds: 5_000)
        else { return nil }
        return Spread(
            shares: nodes.indices.map { Spread.Share(node: nodes[$0], sessions: sessions[$0], ratio: ratios[$0]) },
            tolerance: tolerance)
    }
}
