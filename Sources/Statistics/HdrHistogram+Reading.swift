extension HdrHistogram {
    /// Values that the histogram doesn't tell apart, and how many there are.
    package struct Recorded: Sendable, Hashable {
        /// The values that share a slot.
        package var values: ClosedRange<UInt64>
        /// How many were recorded, at least one.
        package var count: UInt64
    }

    /// What was recorded, smallest values first.
    package var recorded: some Sequence<Recorded> {
        counts.indices.lazy.filter { counts[$0] > 0 }
            .map { Recorded(values: layout.values(of: $0), count: counts[$0]) }
    }

    /// The smallest value that equals the least recorded one; nil when there is none.
    package var min: UInt64? { counts.firstIndex { $0 > 0 }.map { layout.values(of: $0).lowerBound } }

    /// The largest value that equals the greatest recorded one; nil when there is none.
    package var max: UInt64? { lastSlot.map { layout.values(of: $0).upperBound } }

    /// The last slot that has a value.
    var lastSlot: Int? { counts.lastIndex { $0 > 0 } }

    /// The mean, each value taken as the middle of its slot; nil when there is none.
    package var mean: Double? {
        guard count > 0 else { return nil }
        let sum = recorded.reduce(0.0) { sum, recorded in
            let values = recorded.values
            let middle = values.lowerBound + (values.upperBound - values.lowerBound + 1) / 2
            return sum + Double(middle) * Double(recorded.count)
        }
        return sum / Double(count)
    }

    /// The smallest recorded value that at least so many percent don't exceed, as the largest that equals it; nil when
    /// there is none. At 0 and below it is ``min``, at 100 and above ``max``.
    package func value(atPercentile percentile: Double) -> UInt64? {
        guard percentile > 0 else { return min }
        // A little less, or rounding would take 99.9 % of 1000 for 1 more than 999.
        let wanted = (Swift.min(percentile, 100).nextDown * Double(count) / 100).rounded(.up)
        var seen: UInt64 = 0
        for slot in counts.indices where counts[slot] > 0 {
            seen += counts[slot]
            if Double(seen) >= wanted { return layout.values(of: slot).upperBound }
        }
        return max
    }
}

extension HdrHistogram: CustomStringConvertible {
    /// What it holds in a line; all its counts would be thousands of numbers.
    package var description: String {
        let percentiles = [0, 50, 99, 100].map { value(atPercentile: $0).map(String.init) ?? "none" }
        return
            "\(count) values, at 0, 50, 99 and 100 % \(percentiles.joined(separator: ", ")), \(overflow) beyond \(layout)"
    }
}
