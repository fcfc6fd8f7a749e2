package import Foundation
import Statistics
package import StressResults

/// The response times of a stress run as a log of HdrHistogram, in microseconds: those of each second where they are
/// known, tagged `response`, then those of the whole run from the true time of sending, tagged `service`.
///
/// The intervals of `response` add up to the run's.
package struct StressLog: Sendable {
    private let result: StressResult

    /// The log of this report.
    package init(_ report: StressReport) { result = report.result }

    /// The text, UTF-8. It throws ``HistogramError`` for a second whose text is none.
    package func data() throws -> Data {
        let start = result.start ?? 0
        let log = HistogramLog(
            start: .seconds(start),
            comments: ["stickler stress \(result.target.name) \(result.target.config)", result.scenario],
            unit: .microseconds)
        var text = log.head
        for interval in try responses { text += try log.line(interval) }
        text += try log.line(whole("service", result.service))
        return Data(text.utf8)
    }

    private func whole(_ tag: String, _ histogram: HdrHistogram) -> HistogramInterval {
        HistogramInterval(
            tag: HistogramTag(tag), start: .zero, length: Self.time(result.seconds), histogram: histogram)
    }

    /// To the millisecond, as logs tell it: rounding down would lose one to the fractions of two.
    private static func time(_ seconds: Double) -> Duration { .milliseconds(Int64((seconds * 1_000).rounded())) }

    private var responses: [HistogramInterval] {
        get throws(HistogramError) {
            guard !result.timeline.isEmpty, result.timeline.allSatisfy({ $0.answered == 0 || $0.responses != nil })
            else { return [whole("response", result.response)] }
            var intervals: [HistogramInterval] = []
            var sum = HdrHistogram(.latency)
            var start = Duration.zero
            for second in result.timeline {
                var histogram = HdrHistogram(.latency)
                if let text = second.responses {
                    histogram = try HdrHistogram(encoded: text, slotLimit: HistogramLayout.latency.slotCount)
                }
                try sum.merge(histogram)
                let end = Self.time(second.at)
                intervals.append(
                    HistogramInterval(
                        tag: HistogramTag("response"), start: start, length: end - start, histogram: histogram))
                start = end
            }
            // What came while the run came to its end, after its last second.
            let rest = result.response.rest(beyond: sum)
            if rest.count > 0 {
                intervals.append(
                    HistogramInterval(
                        tag: HistogramTag("response"), start: start,
                        length: max(.zero, Self.time(result.seconds) - start), histogram: rest))
            }
            return intervals
        }
    }
}

extension HdrHistogram {
    /// What this one has more of than another one of the same layout.
    fileprivate func rest(beyond other: HdrHistogram) -> HdrHistogram {
        var known: [UInt64: UInt64] = [:]
        for slot in other.recorded { known[slot.values.lowerBound] = slot.count }
        var rest = HdrHistogram(layout)
        for slot in recorded {
            let before = known[slot.values.lowerBound] ?? 0
            if slot.count > before { rest.record(slot.values.lowerBound, count: slot.count - before) }
        }
        return rest
    }
}
