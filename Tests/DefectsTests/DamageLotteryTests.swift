import Testing

@testable import Defects

struct DamageLotteryTests {
    static func lottery(oneIn units: UInt64, seed: UInt64 = 1) throws -> DamageLottery {
        DamageLottery(try #require(DamageRate(oneIn: units)), seed: seed)
    }

    @Test(
        arguments: [
            (seed: 1, units: 10, passed: 10_000, drawn: 1073), (seed: 2, units: 10, passed: 10_000, drawn: 1023),
            (seed: 1, units: 1_000, passed: 100_000, drawn: 84), (seed: 1, units: 100_000, passed: 300_000, drawn: 3),
            (seed: 1, units: 1, passed: 1_000, drawn: 1_000), (seed: 9, units: .max, passed: 100_000, drawn: 0),
        ] as [(seed: UInt64, units: UInt64, passed: Int, drawn: Int)])
    func `a seed draws exactly so many`(_ seed: UInt64, _ units: UInt64, _ passed: Int, _ drawn: Int) throws {
        let lottery = try Self.lottery(oneIn: units, seed: seed)
        let damaged = (0..<passed).count { _ in lottery.damages() }
        #expect(damaged == drawn)
        #expect(lottery.tally == DamageTally(units: UInt64(passed), damaged: UInt64(drawn)))
    }

    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func `so many are drawn as the rate says, within four standard deviations`(_ seed: UInt64) throws {
        let lottery = try Self.lottery(oneIn: 50, seed: seed)
        let drawn = (0..<50_000).count { _ in lottery.draws() }
        #expect((1_000 - 126...1_000 + 126).contains(drawn))
    }

    @Test func `the same seed draws the same units, another one others`() throws {
        let draws = try ([7, 7, 8] as [UInt64]).map { seed in
            let lottery = try Self.lottery(oneIn: 4, seed: seed)
            return (0..<200).map { _ in lottery.draws() }
        }
        #expect(draws[0] == draws[1])
        #expect(draws[0] != draws[2])
    }

    @Test func `what is drawn and can't be damaged is counted as a unit only`() throws {
        let lottery = try Self.lottery(oneIn: 1)
        #expect(lottery.draws())
        #expect(lottery.tally == DamageTally(units: 1, damaged: 0))
    }

    @Test func `units of all threads are counted together, and as many are drawn as of one`() async throws {
        let (together, alone) = (try Self.lottery(oneIn: 10), try Self.lottery(oneIn: 10))
        await withTaskGroup { group in
            for _ in 0..<4 { group.addTask { for _ in 0..<100_000 { _ = together.damages() } } }
        }
        for _ in 0..<400_000 { _ = alone.damages() }
        #expect(together.tally == alone.tally)
        #expect(alone.tally.units == 400_000)
    }

    @Test(arguments: [("1/1", 1), ("1/20", 20)] as [(String, UInt64)])
    func `a rate reads as it is written`(_ text: String, _ units: UInt64) throws {
        let rate = try #require(DamageRate(text))
        #expect(rate.units == units)
        #expect(rate.description == text)
        #expect(DamageRate(oneIn: 0) == nil)
    }
}
