/// How evenly a balancer of certain weights may be expected to place sessions, if it places each at random.
package struct Evenness: Sendable, Hashable {
    /// What part of the sessions each node should get; they add up to 1.
    package let shares: [Double]

    /// Nodes of these weights, relative to each other.
    ///
    /// It throws unless there is a node, and each weight is positive and finite.
    package init(weights: [Double]) throws(StatisticsError) {
        let sum = weights.reduce(0, +)
        guard !weights.isEmpty, sum.isFinite, weights.allSatisfy({ $0 > 0 && $0 / sum > 0 }) else {
            throw .outOfRange("expected a positive weight for each node, got \(weights)")
        }
        shares = weights.map { $0 / sum }
    }

    /// So many nodes of equal weight.
    package init(nodes: Int) throws(StatisticsError) {
        try self.init(weights: Array(repeating: 1, count: max(0, nodes)))
    }

    /// How many sessions each node got for each that it should have; nil without sessions, or with another number of nodes.
    package func ratios(of sessions: [Int]) -> [Double]? {
        let sum = sessions.reduce(0, +)
        guard sum > 0, sessions.count == shares.count else { return nil }
        return zip(sessions, shares).map { Double($0) / ($1 * Double(sum)) }
    }

    /// What the largest ratio of a node exceeds with a chance of less than `1 - quantile` where each session is placed at
    /// random: the tolerance for what is no sign of unevenness.
    ///
    /// It is found by placing the sessions `rounds` times, and is the same for the same seed. Some twenty rounds must lie
    /// beyond the quantile for a stable third digit. A round takes about as long as the square root of the sessions times
    /// the nodes. Nil without sessions.
    package func tolerance(sessions: Int, quantile: Double = 0.999, rounds: Int = 20_000, seed: UInt64 = 1) -> Double? {
        guard sessions > 0, rounds > 0 else { return nil }
        var generator = SeededGenerator(seed: seed)
        // Whoever comes first draws from all sessions, so that one table serves all rounds for it alone.
        let first = BinomialDraw(trials: sessions, probability: shares[0])
        var largest = (0..<rounds).map { _ in largestRatio(sessions, first: first, using: &generator) }
        largest.sort()
        return largest[min(rounds - 1, max(0, Int((quantile * Double(rounds)).rounded(.up)) - 1))]
    }

    private func largestRatio(
        _ sessions: Int, first: BinomialDraw, using generator: inout SeededGenerator
    ) -> Double {
        var (left, shareLeft, largest) = (sessions, 1.0, 0.0)
        for (node, share) in shares.enumerated() {
            // Each node draws from what those before it left; the last one takes the rest.
            let placed =
                switch node {
                case shares.count - 1: left
                case 0: first.draw(using: &generator)
                default: BinomialDraw(trials: left, probability: share / shareLeft).draw(using: &generator)
                }
            left -= placed
            shareLeft -= share
            largest = max(largest, Double(placed) / (share * Double(sessions)))
        }
        return largest
    }
}
