import Foundation
import Statistics
import StressResults
import Testing

@testable import Reports

@Suite struct StressLogTests {
    static func read(_ report: StressReport) throws -> (start: Duration?, intervals: [HistogramInterval]) {
        var reader = HistogramLogReader(String(decoding: try StressLog(report).data(), as: UTF8.self))
        var intervals: [HistogramInterval] = []
        while let interval = try reader.next() { intervals.append(interval) }
        return (reader.start, intervals)
    }

    @Test func `each second is an interval, and they add up to the run`() throws {
        let report = try SampleStress.report {
            // What came at the end, after the last second.
            $0.result.response.record(77_000, count: 5)
        }
        let (start, intervals) = try Self.read(report)
        #expect(start == .seconds(1_796_000_523))
        let responses = intervals.filter { $0.tag?.text == "response" }
        #expect(responses.map { $0.histogram.count } == [700, 300, 0, 5])
        #expect(responses.map(\.start) == [.zero, .milliseconds(1_001), .milliseconds(2_002), .milliseconds(2_500)])
        var sum = HdrHistogram(.latency)
        for interval in responses { try sum.merge(interval.histogram) }
        #expect(sum == report.result.response, "count for count")
        #expect(responses[1].length == .milliseconds(1_001))
        #expect(intervals.map { $0.tag?.text } == ["response", "response", "response", "response", "service"])
        #expect(intervals.last?.histogram == report.result.service)
    }

    @Test func `where a second's times are not known the run is one interval`() throws {
        let report = try SampleStress.report { $0.result.timeline[1].responses = nil }
        let intervals = try Self.read(report).intervals
        #expect(intervals.map { $0.tag?.text } == ["response", "service"])
        #expect(intervals.first?.histogram == report.result.response)
        #expect(intervals.first?.length == .milliseconds(2_500))
    }

    @Test func `words of a target are comments, whatever they are`() throws {
        let report = try SampleStress.report { $0.result.target.config = "a\nTag=b,0,1,2,HISTFAAA\r\nc" }
        #expect(try Self.read(report).intervals.count == 4)
    }
}
