import Foundation
import TestSupport
import Testing

@testable import Statistics

/// PyPI's `hdrhistogram` reads what we write, and we what it writes.
@Suite(
    "Peer: Python's hdrhistogram",
    .enabled(
        if: HdrHistogramPeer.isTested,
        "no .build-peers/hdrhistogram: the foreign peer is left out; harness/test installs it"
    ), .timeLimit(.minutes(2)))
struct HdrHistogramPeerTests {
    private static let percentiles = [0, 1, 50, 90, 99, 99.9, 100]

    /// Lowest value, highest value, digits.
    private static let layouts: [(UInt64, UInt64, Int)] = [
        (1, 3_600_000_000, 3), (1, 100_000, 1), (1_000, 3_600_000_000_000, 2), (1, 100_000, 4),
    ]

    /// Some thousand values with a long tail, in four parts. As they are 10 000 in all, no percentile falls between two:
    /// the peer takes the nearer one, Java and we the higher.
    private static func parts(upTo highest: UInt64) -> [[(value: UInt64, count: UInt64)]] {
        var generator = SeededGenerator(seed: highest)
        return (0..<4).map { _ in
            (0..<500).map { _ in
                (highest >> UInt64.random(in: 0...20, using: &generator) / 1_000 * 1_000, count: 5)
            }
        }
    }

    private func expectSame(_ summary: HdrHistogramPeer.Summary, _ histogram: HdrHistogram) {
        #expect(summary.count == histogram.count)
        #expect(summary.min == histogram.min)
        #expect(summary.max == histogram.max)
        #expect(abs(summary.mean / (histogram.mean ?? 0) - 1) < 1e-12)
        #expect(summary.values == Self.percentiles.map { histogram.value(atPercentile: $0) })
        #expect(summary.recorded == histogram.recorded.map { [$0.values.lowerBound, $0.count] })
    }

    @Test(arguments: layouts)
    func `it reads what we wrote, and its counts and percentiles are ours`(
        _ lowest: UInt64, _ highest: UInt64, _ digits: Int
    ) throws {
        struct Request: Encodable {
            var `do` = "read"
            var histograms: [String]
            var percentiles = HdrHistogramPeerTests.percentiles
        }
        struct Answer: Decodable { var summaries: [HdrHistogramPeer.Summary] }
        let layout = try HistogramLayout(lowest: lowest, highest: highest, digits: digits)
        var whole = HdrHistogram(layout)
        let parts = Self.parts(upTo: highest).map { part in
            var histogram = HdrHistogram(layout)
            for (value, count) in part {
                histogram.record(value, count: count)
                whole.record(value, count: count)
            }
            return histogram
        }
        var sum = HdrHistogram(layout)
        for part in parts { try sum.merge(part) }
        #expect(sum == whole)
        let histograms = parts + [sum]
        let answer: Answer = try HdrHistogramPeer.ask(Request(histograms: histograms.map { try $0.encoded() }))
        #expect(answer.summaries.count == histograms.count)
        for (summary, histogram) in zip(answer.summaries, histograms) { expectSame(summary, histogram) }
    }

    @Test(arguments: layouts)
    func `we read what it wrote, and the sum of its parts is ours`(
        _ lowest: UInt64, _ highest: UInt64, _ digits: Int
    ) throws {
        struct Request: Encodable {
            var `do` = "write"
            var lowest, highest: UInt64
            var digits: Int
            var interval: UInt64
            var parts: [[[UInt64]]]
        }
        struct Answer: Decodable {
            var histograms: [String]
            var sum: String
            var summary: HdrHistogramPeer.Summary
        }
        let layout = try HistogramLayout(lowest: lowest, highest: highest, digits: digits)
        let parts = Self.parts(upTo: highest)
        let interval = highest / 10_000 * 10
        let answer: Answer = try HdrHistogramPeer.ask(
            Request(
                lowest: lowest, highest: highest, digits: digits, interval: interval,
                parts: parts.map { $0.map { [$0.value, $0.count] } }))
        var sum = HdrHistogram(layout)
        #expect(answer.histograms.count == parts.count)
        for (text, part) in zip(answer.histograms, parts) {
            let histogram = try HdrHistogram(encoded: text)
            var expected = HdrHistogram(layout)
            for (index, (value, count)) in part.enumerated() {
                let isCorrected = index % 4 == 3 && value.isMultiple(of: interval)
                if isCorrected {
                    for _ in 0..<count { expected.recordCorrected(value, expectedInterval: interval) }
                } else {
                    expected.record(value, count: count)
                }
            }
            #expect(histogram == expected)
            try sum.merge(histogram)
        }
        #expect(try HdrHistogram(encoded: answer.sum) == sum)
        #expect(answer.summary.recorded == sum.recorded.map { [$0.values.lowerBound, $0.count] })
    }

    @Test func `it reads our log`() async throws {
        struct Request: Encodable {
            var `do` = "log"
            var path: String
        }
        struct Answer: Decodable {
            var start: Double
            var intervals: [HdrHistogramPeer.Interval]
        }
        let layout = try HistogramLayout(highest: 3_600_000_000, digits: 3)
        let log = HistogramLog(start: .milliseconds(1_764_461_940_250), comments: ["seed = 7"], unit: .microseconds)
        let intervals = Self.parts(upTo: 3_600_000_000).enumerated().map { index, part in
            var histogram = HdrHistogram(layout)
            for (value, count) in part { histogram.record(value, count: count) }
            return HistogramInterval(
                tag: index.isMultiple(of: 2) ? nil : HistogramTag("resume"), start: .milliseconds(index * 1_000 + 7),
                length: .milliseconds(999), histogram: histogram)
        }
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/run.hlog"
            let text = try intervals.reduce(log.head) { try $0 + log.line($1) }
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            let answer: Answer = try HdrHistogramPeer.ask(Request(path: path))
            #expect(answer.start == 1_764_461_940.250)
            #expect(answer.intervals.count == intervals.count)
            for (index, (theirs, ours)) in zip(answer.intervals, intervals).enumerated() {
                #expect(theirs.tag == ours.tag?.text)
                #expect(abs(theirs.start - (1_764_461_940_257 + Double(index) * 1_000)) < 0.01)
                #expect(abs(theirs.end - theirs.start - 999) < 0.01)
                expectSame(theirs.summary, ours.histogram)
            }
        }
    }
}
