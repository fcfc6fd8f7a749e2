import Testing

@testable import Statistics

struct HdrHistogramTests {
    @Test func `it tells what was recorded, to its digits`() throws {
        var histogram = HdrHistogram(try HistogramLayout(highest: 3_600_000_000, digits: 3))
        for value in 1...100_000 { histogram.record(UInt64(value)) }
        #expect(histogram.count == 100_000)
        #expect(histogram.min == 1)
        #expect(histogram.max == 100_031)
        let mean = try #require(histogram.mean)
        #expect(abs(mean - 50_000.5) < 15)
        for percentile in [0.001, 0.01, 1, 25, 50, 75, 90, 99, 99.9, 99.99, 100] {
            let value = try #require(histogram.value(atPercentile: percentile))
            #expect(0...0.001 ~= Double(value) / (1_000 * percentile) - 1, "\(percentile): \(value)")
        }
        #expect(histogram.recorded.reduce(0) { $0 + $1.count } == 100_000)
        #expect(
            Array(histogram.recorded.prefix(2)) == [.init(values: 1...1, count: 1), .init(values: 2...2, count: 1)])
    }

    @Test(arguments: [
        (-1.0, 1), (0.0, 1), (.nan, 1), (0.05, 1), (0.1, 1), (0.11, 2), (16.1, 161), (50, 500), (99.9, 999),
        (99.91, 1_000),
        (100, 1_000),
        (250, 1_000),
    ])
    func `a percentile is the smallest value that so many don't exceed`(_ percentile: Double, _ value: UInt64) throws {
        var histogram = HdrHistogram(try HistogramLayout(highest: 2_000, digits: 3))
        for value in 1...1_000 { histogram.record(UInt64(value)) }
        #expect(histogram.value(atPercentile: percentile) == value)
    }

    @Test func `from the least to the greatest, a percentile reaches over the slots of both`() throws {
        var histogram = HdrHistogram(try HistogramLayout(highest: 1_000_000, digits: 3))
        histogram.record(900_000)
        #expect(histogram.min == 899_584 && histogram.max == 900_095)
        #expect(histogram.value(atPercentile: 0) == 899_584)
        #expect(histogram.value(atPercentile: 0.001) == 900_095)
    }

    @Test func `without values there are neither percentiles nor a mean`() throws {
        let histogram = HdrHistogram(try HistogramLayout(highest: 2_000, digits: 3))
        #expect(histogram.count == 0)
        #expect(histogram.min == nil && histogram.max == nil && histogram.mean == nil)
        #expect(histogram.value(atPercentile: 50) == nil && histogram.value(atPercentile: 0) == nil)
        #expect(Array(histogram.recorded).isEmpty)
    }

    @Test func `a value beyond the highest counts as the highest, and as overflow`() throws {
        var histogram = HdrHistogram(try HistogramLayout(highest: 1_000, digits: 3))
        for value in [1_000, 1_001, UInt64.max] { histogram.record(value, count: 2) }
        #expect(histogram.count == 6)
        #expect(histogram.overflow == 4)
        #expect(Array(histogram.recorded) == [.init(values: 1_000...1_000, count: 6)])
    }

    @Test func `it is told in a line`() throws {
        var histogram = HdrHistogram(try HistogramLayout(highest: 1_000, digits: 3))
        let layout = "values from 1 to 1000 with 3 digits"
        #expect("\(histogram)" == "0 values, at 0, 50, 99 and 100 % none, none, none, none, 0 beyond \(layout)")
        for value: UInt64 in [3, 5, 2_000] { histogram.record(value) }
        #expect("\(histogram)" == "3 values, at 0, 50, 99 and 100 % 3, 5, 1000, 1000, 1 beyond \(layout)")
    }

    @Test func `it counts up to its limit and no further`() throws {
        var histogram = HdrHistogram(try HistogramLayout(highest: 1_000, digits: 3))
        histogram.record(1, count: HdrHistogram.countLimit - 1)
        histogram.record(2, count: .max)
        histogram.record(3)
        #expect(histogram.count == HdrHistogram.countLimit)
        #expect(histogram.recorded.map(\.count) == [HdrHistogram.countLimit - 1, 1])
    }

    @Test(arguments: [
        (UInt64(1_000), UInt64(100)), (1_050, 100), (199, 100), (200, 100), (100, 100), (5, 100), (1_000, 0), (0, 0),
        (70_000, 7),
        (90_000, 40_000), (250_000, 30_000), (65_536, 1),
    ])
    func `a corrected value brings those that would have been seen meanwhile`(_ value: UInt64, _ interval: UInt64)
        throws
    {
        let layout = try HistogramLayout(highest: 100_000, digits: 2)
        var (corrected, expected) = (HdrHistogram(layout), HdrHistogram(layout))
        corrected.recordCorrected(value, expectedInterval: interval)
        expected.record(value)
        for missing in stride(
            from: Int(value) - Int(interval), through: max(1, Int(interval)), by: -max(1, Int(interval)))
        where interval > 0 {
            expected.record(UInt64(missing))
        }
        #expect(corrected == expected)
    }

    @Test func `a tiny interval takes no longer than there are slots`() throws {
        var histogram = HdrHistogram(try HistogramLayout(highest: UInt64(Int64.max), digits: 3))
        histogram.recordCorrected(1 << 60, expectedInterval: 1)
        #expect(histogram.count == 1 << 60)
        histogram.recordCorrected(.max, expectedInterval: 1)
        #expect(histogram.count == HdrHistogram.countLimit)
    }

    @Test func `four merged parts equal the whole`() throws {
        let layout = try HistogramLayout(highest: 1_000_000, digits: 3)
        var generator = SeededGenerator(seed: 4)
        var (whole, parts) = (HdrHistogram(layout), Array(repeating: HdrHistogram(layout), count: 4))
        for number in 0..<20_000 {
            let value = UInt64.random(in: 0...1_100_000, using: &generator)
            whole.record(value)
            parts[number % 4].record(value)
        }
        var sum = HdrHistogram(layout)
        for part in parts { try sum.merge(part) }
        #expect(sum == whole)
        #expect(sum.overflow > 0)
    }

    @Test func `what was counted since a copy and the copy equal the whole`() throws {
        var histogram = HdrHistogram(try HistogramLayout(highest: 1_000, digits: 3))
        for value: UInt64 in [1, 500, 500, 2_000] { histogram.record(value) }
        let copy = histogram
        #expect(histogram.since(copy).count == 0)
        for value: UInt64 in [500, 7, 3_000] { histogram.record(value) }
        let later = histogram.since(copy)
        #expect(later.recorded.map(\.count) == [1, 1, 1])
        #expect(later.min == 7)
        #expect(later.overflow == 1)
        var sum = copy
        try sum.merge(later)
        #expect(sum == histogram)
    }

    @Test func `what can't be added exactly is not added`() throws {
        var histogram = HdrHistogram(try HistogramLayout(highest: 1_000, digits: 3))
        let other = HdrHistogram(try HistogramLayout(highest: 1_000, digits: 2))
        #expect(throws: HistogramError.layoutsDiffer(histogram.layout, other.layout)) { try histogram.merge(other) }
        histogram.record(1, count: HdrHistogram.countLimit)
        let full = histogram
        #expect(throws: HistogramError.tooManyValues) { try histogram.merge(full) }
        #expect(histogram == full)
    }
}
