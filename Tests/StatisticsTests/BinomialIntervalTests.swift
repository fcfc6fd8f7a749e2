import Testing

@testable import Statistics

struct BinomialIntervalTests {
    /// From scipy.stats.beta.ppf.
    @Test(arguments: [
        (0, 300, 0.95, 0.0, 0.01222097469429355),
        (0, 3000, 0.95, 0.0, 0.0012288708038255115),
        (3, 3000, 0.95, 0.00020627153716225714, 0.0029196164652532663),
        (1, 2, 0.95, 0.01257911709342506, 0.9874208829065749),
        (5, 10, 0.9, 0.22244110100812936, 0.7775588989918706),
        (8, 10, 0.99, 0.35179883369516324, 0.9891494906202595),
        (300, 300, 0.95, 0.9877790253057065, 1.0),
        (1, 1_000_000, 0.95, 2.53178076637942e-08, 5.571630655166939e-06),
        (2_500, 10_000, 0.95, 0.24153687618202968, 0.2586089460970932),
        (999_999, 1_000_000, 0.999, 0.9999900013674897, 0.999999999499875),
        (500_000_000, 1_000_000_000, 0.95, 0.4999690097484223, 0.5000309902515777),
    ])
    func `it is Clopper and Pearson's`(
        _ cases: Int, _ trials: Int, _ confidence: Double, _ lower: Double, _ upper: Double
    ) throws {
        let interval = try BinomialInterval(cases: cases, of: trials, confidence: confidence)
        #expect(abs(interval.lower - lower) <= 1e-9 * lower, "\(interval.lower)")
        #expect(abs(interval.upper - upper) <= 1e-9 * upper, "\(interval.upper)")
    }

    @Test func `the bounds are exact where nothing or all was seen`() throws {
        for trials in [1, 3, 300, 1_000_000_000] {
            let (none, all) = (
                try BinomialInterval(cases: 0, of: trials), try BinomialInterval(cases: trials, of: trials)
            )
            #expect(none.lower == 0 && all.upper == 1)
            #expect(abs(none.upper + all.lower - 1) < 1e-15)
        }
        #expect(try BinomialInterval(cases: 0, of: 1).upper == 0.975)
        let unknown = try BinomialInterval(cases: 0, of: 0)
        #expect(unknown.lower == 0 && unknown.upper == 1)
    }

    /// The definition: at the lower bound so many or more, at the upper bound so many or fewer, have half the doubt.
    @Test(arguments: [1, 2, 7, 19, 30])
    func `each bound leaves half the doubt beyond what was seen`(_ trials: Int) throws {
        func chance(_ cases: ClosedRange<Int>, _ rate: Double) -> Double {
            var (sum, chance) = (0.0, 1.0)
            for _ in 0..<trials { chance *= 1 - rate }
            for number in 0...trials {
                if cases.contains(number) { sum += chance }
                chance *= Double(trials - number) / Double(number + 1) * rate / (1 - rate)
            }
            return sum
        }
        for cases in 1..<trials {
            let interval = try BinomialInterval(cases: cases, of: trials, confidence: 0.9)
            #expect(abs(chance(cases...trials, interval.lower) - 0.05) < 1e-12)
            #expect(abs(chance(0...cases, interval.upper) - 0.05) < 1e-12)
        }
    }

    @Test(arguments: [(-1, 3, 0.95), (4, 3, 0.95), (0, -1, 0.95), (1, 3, 0), (1, 3, 1), (1, 3, .nan), (1, 3, 95)])
    func `what means nothing is refused`(_ cases: Int, _ trials: Int, _ confidence: Double) {
        #expect(throws: StatisticsError.self) { try BinomialInterval(cases: cases, of: trials, confidence: confidence) }
    }

    @Test(arguments: [
        (1.0, 0.0), (2, 0), (0.5, 0.5723649429247001), (10, 12.801827480081469), (100, 359.1342053695754),
    ])
    func `the logarithm of the gamma function is known`(_ number: Double, _ value: Double) {
        #expect(abs(logGamma(number) - value) < 1e-13 * max(1, value))
    }
}
