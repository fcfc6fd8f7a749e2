import Testing

@testable import Statistics

struct EvennessTests {
    /// The 99th percentile of the largest share over the mean, of 20 000 simulations written apart from this code.
    @Test(arguments: [
        (100, 2, 1.26), (100, 3, 1.38), (100, 4, 1.52), (100, 8, 1.84), (100, 16, 2.40), (1_000, 2, 1.08),
        (1_000, 3, 1.12),
        (1_000, 4, 1.16), (1_000, 8, 1.26), (1_000, 16, 1.42), (10_000, 2, 1.026), (10_000, 3, 1.038),
        (10_000, 4, 1.049),
        (10_000, 8, 1.081), (10_000, 16, 1.126),
    ])
    func `the tolerance is that of other simulations`(_ sessions: Int, _ nodes: Int, _ known: Double) throws {
        let tolerance = try #require(
            Evenness(nodes: nodes).tolerance(sessions: sessions, quantile: 0.99, rounds: 4_000, seed: 3))
        // One session more or less on a node of a hundred, and the chance of fewer rounds.
        let grain = Double(nodes) / Double(sessions)
        #expect(abs(tolerance - known) <= max(grain * 1.01, 0.06 * (known - 1)), "\(tolerance)")
    }

    /// 200 sessions on two nodes of 1 and 3: the exact chance follows from the binomial distribution.
    @Test func `nodes of different weight are held to their share`() throws {
        let evenness = try Evenness(weights: [1, 3])
        #expect(evenness.shares == [0.25, 0.75])
        let tolerance = try #require(evenness.tolerance(sessions: 200, rounds: 10_000))
        // P(X ≥ 71) = 0.0006 and P(X ≥ 70) = 0.0010 of Binomial(200, 1/4), whose mean is 50.
        #expect(1.38...1.42 ~= tolerance, "\(tolerance)")
        #expect(evenness.ratios(of: [60, 140]) == [1.2, 140.0 / 150])
    }

    @Test func `the same seed gives the same tolerance, another one nearly`() throws {
        let evenness = try Evenness(nodes: 4)
        let tolerances = (1...3).map { evenness.tolerance(sessions: 100_000, rounds: 2_000, seed: $0) }
        #expect(tolerances[0] == evenness.tolerance(sessions: 100_000, rounds: 2_000, seed: 1))
        #expect(Set(tolerances).count > 1)
        for tolerance in tolerances { #expect(1.016...1.022 ~= (try #require(tolerance)), "\(tolerances)") }
    }

    @Test func `a single node has all, and no sessions say nothing`() throws {
        #expect(try Evenness(nodes: 1).tolerance(sessions: 10, rounds: 10) == 1)
        #expect(try Evenness(nodes: 3).tolerance(sessions: 0) == nil)
        #expect(try Evenness(nodes: 3).ratios(of: [0, 0, 0]) == nil)
        #expect(try Evenness(nodes: 3).ratios(of: [1, 1]) == nil)
    }

    @Test(arguments: [
        [], [0], [1, 0], [1, -1], [.nan], [1, .infinity], [.greatestFiniteMagnitude, .greatestFiniteMagnitude],
    ])
    func `weights that mean nothing are refused`(_ weights: [Double]) {
        #expect(throws: StatisticsError.self) { try Evenness(weights: weights) }
    }

    @Test func `draws follow the binomial distribution`() {
        var generator = SeededGenerator(seed: 8)
        for (trials, probability) in [(1, 0.3), (10, 0.5), (40, 0.02), (1_000, 0.9), (100_000, 0.25)] {
            let draw = BinomialDraw(trials: trials, probability: probability)
            let rounds = 4_000
            let drawn = (0..<rounds).map { _ in Double(draw.draw(using: &generator)) }
            let mean = drawn.reduce(0, +) / Double(rounds)
            let variance = drawn.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rounds)
            let expected = Double(trials) * probability * (1 - probability)
            #expect(abs(mean - Double(trials) * probability) < 4 * (expected / Double(rounds)).squareRoot())
            #expect(abs(variance / expected - 1) < 0.15)
            #expect(drawn.allSatisfy { 0...Double(trials) ~= $0 })
        }
        for (trials, probability, all) in [(7, 1.0, 7), (7, 0, 0), (0, 0.5, 0), (7, 1.5, 7), (7, .nan, 0)] {
            #expect(BinomialDraw(trials: trials, probability: probability).draw(using: &generator) == all)
        }
    }
}
