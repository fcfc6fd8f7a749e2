/// Counts values, such as response times, in constant memory and with a fixed number of significant digits.
///
/// What is read from it are slots of equal values, so that a histogram, its decoded copy and the sum of its parts all tell
/// the same. The unit of values is the user's.
package struct HdrHistogram: Sendable, Hashable {
    /// A histogram counts at most 2^62 values; those recorded beyond are left out.
    package static let countLimit: UInt64 = 1 << 62

    /// How values are divided into slots.
    package let layout: HistogramLayout
    /// How many values there are.
    package private(set) var count: UInt64 = 0
    /// How many of them were larger than the layout's highest value, and are counted there. No encoding tells it.
    package private(set) var overflow: UInt64 = 0
    /// How many values each slot has.
    private(set) var counts: [UInt64]

    /// An empty histogram; all its memory is taken now.
    package init(_ layout: HistogramLayout) {
        self.layout = layout
        counts = Array(repeating: 0, count: layout.slotCount)
    }

    /// A histogram of what was counted elsewhere, in at most as many slots as the layout has.
    init(_ layout: HistogramLayout, counts: [UInt64]) throws(HistogramError) {
        self.init(layout)
        for (slot, times) in counts.enumerated() {
            guard times <= Self.countLimit - count else { throw .tooManyValues }
            self.counts[slot] = times
            count += times
        }
    }

    /// Counts a value so many times.
    package mutating func record(_ value: UInt64, count times: UInt64 = 1) {
        // Neither wraps: there are never more than the limit.
        let times = Swift.min(times, Self.countLimit &- count)
        counts[layout.slot(of: Swift.min(value, layout.highest))] &+= times
        count &+= times
        if value > layout.highest { overflow &+= times }
    }

    /// Counts a value, and those that a client would have seen meanwhile had it not waited for this one: one less by the
    /// interval each, down to the interval. An interval of 0 adds none.
    ///
    /// It is for clients that ask at a fixed pace and wait for each answer, and corrects for coordinated omission. What is
    /// measured from the intended time needs no correction.
    package mutating func recordCorrected(_ value: UInt64, expectedInterval interval: UInt64) {
        record(value)
        guard interval > 0, value > interval else { return }
        var missing = value - interval
        // A slot at a time, so that a tiny interval takes no longer than there are slots.
        while missing >= interval {
            let first =
                missing > layout.highest ? layout.highest + 1 : layout.values(of: layout.slot(of: missing)).lowerBound
            let times = (missing - Swift.max(first, interval)) / interval + 1
            record(missing, count: times)
            missing -= times * interval
        }
    }

    /// What was counted since this copy was made.
    package func since(_ copy: HdrHistogram) -> HdrHistogram {
        precondition(layout == copy.layout && count >= copy.count, "expected an earlier copy of the histogram")
        var rest = self
        for slot in counts.indices where copy.counts[slot] > 0 { rest.counts[slot] -= copy.counts[slot] }
        rest.count -= copy.count
        rest.overflow -= copy.overflow
        return rest
    }

    /// Adds all that the other counted, exactly.
    ///
    /// It throws where layouts differ or the sum would exceed ``countLimit``, and then adds nothing.
    package mutating func merge(_ other: HdrHistogram) throws(HistogramError) {
        guard layout == other.layout else { throw .layoutsDiffer(layout, other.layout) }
        guard other.count <= Self.countLimit - count else { throw .tooManyValues }
        for slot in counts.indices { counts[slot] += other.counts[slot] }
        count += other.count
        overflow += other.overflow
    }
}
