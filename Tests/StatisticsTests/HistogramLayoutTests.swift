import Testing

@testable import Statistics

struct HistogramLayoutTests {
    /// Known from HdrHistogram: 1 µs to 1 h at 3 digits has 23 552 counts.
    @Test(arguments: [
        (UInt64(1), UInt64(3_600_000_000), 3, 23_552), (1, 2, 1, 32), (1, 100_000, 2, 1_408),
        (1_000, 3_600_000_000, 3, 14_336),
        (1, UInt64(Int64.max), 5, 6_160_384), (1 << 40, UInt64(Int64.max), 3, 14_336),
    ])
    func `it has as many slots as HdrHistogram's`(_ lowest: UInt64, _ highest: UInt64, _ digits: Int, _ slots: Int)
        throws
    {
        #expect(try HistogramLayout(lowest: lowest, highest: highest, digits: digits).slotCount == slots)
    }

    @Test(arguments: [
        (UInt64(0), UInt64(10), 3), (1, 1, 3), (6, 11, 3), (1, 10, 0), (1, 10, 6), (1, 1 << 63, 3),
        (1 << 52, UInt64(Int64.max), 3),
    ])
    func `one that can't be is refused`(_ lowest: UInt64, _ highest: UInt64, _ digits: Int) {
        #expect(throws: HistogramError.self) { try HistogramLayout(lowest: lowest, highest: highest, digits: digits) }
    }

    @Test(arguments: 1...4, [UInt64(1), 7, 1_000])
    func `slots follow each other without gap or overlap, as wide as the digits allow`(
        _ digits: Int, _ lowest: UInt64
    ) throws {
        let layout = try HistogramLayout(lowest: lowest, highest: 5_000_000, digits: digits)
        let precision = (0..<digits).reduce(1.0) { power, _ in power * 10 }
        var next: UInt64 = 0
        let wrong = (0..<layout.slotCount).first { slot in
            let values = layout.values(of: slot)
            defer { next = values.upperBound + 1 }
            return values.lowerBound != next
                || [values.lowerBound, values.upperBound].contains { layout.slot(of: $0) != slot }
                || Double(values.count) > max(Double(lowest), Double(values.lowerBound) / precision)
        }
        #expect(wrong == nil, "\(String(describing: wrong.map(layout.values(of:))))")
        #expect(next > layout.highest)
    }
}
