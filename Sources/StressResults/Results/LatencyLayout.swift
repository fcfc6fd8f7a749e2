import Clocks
import History
package import Statistics

extension HistogramLayout {
    /// How response times are counted: 1 µs to an hour to three digits, 188 KB a histogram.
    package static let latency: HistogramLayout = {
        do {
            return try HistogramLayout(lowest: 1, highest: 3_600_000_000, digits: 3)
        } catch {
            preconditionFailure("\(error)")
        }
    }()
}

extension HdrHistogram {
    /// Counts a time of so many nanoseconds in microseconds; a negative one as 0.
    package mutating func record(nanoseconds: Int64) { record(UInt64(Swift.max(0, nanoseconds)) / 1_000) }
}
