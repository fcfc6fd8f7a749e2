import Testing

@testable import Statistics

struct HistogramLogTests {
    private static let layout = try? HistogramLayout(highest: 3_600_000_000, digits: 3)

    private static func histogram(_ values: UInt64...) throws -> HdrHistogram {
        var histogram = HdrHistogram(try #require(layout))
        for value in values { histogram.record(value) }
        return histogram
    }

    private static func intervals(_ text: String) throws -> [HistogramInterval] {
        var reader = HistogramLogReader(text)
        var intervals: [HistogramInterval] = []
        while let interval = try reader.next() { intervals.append(interval) }
        return intervals
    }

    @Test func `a log is a head and a line for each interval`() throws {
        let log = HistogramLog(
            start: .milliseconds(1_441_812_279_474), comments: ["scenario = echo\nseed = 7"], unit: .microseconds)
        #expect(
            log.head == """
                #[Histogram log format version 1.3]
                #scenario = echo
                #seed = 7
                #[StartTime: 1441812279.474 (seconds since epoch), 2015-09-09T15:24:39Z]
                "StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"

                """)
        let histogram = try Self.histogram(1, 1_234)
        let text = try histogram.encoded()
        #expect(
            try log.line(
                HistogramInterval(
                    tag: HistogramTag("A"), start: .milliseconds(127), length: .microseconds(1_007_999),
                    histogram: histogram))
                == "Tag=A,0.127,1.007,1.234,\(text)\n")
        #expect(
            try log.line(HistogramInterval(start: .seconds(-1), length: .zero, histogram: histogram))
                == "0.000,0.000,1.234,\(text)\n")
    }

    @Test(arguments: [
        (HistogramLog.Unit.nanoseconds, "1.234"), (.microseconds, "1234.943"), (.milliseconds, "1234943.000"),
    ])
    func `the largest value is told in milliseconds`(_ unit: HistogramLog.Unit, _ text: String) throws {
        let line = try HistogramLog(start: .zero, unit: unit).line(
            HistogramInterval(start: .zero, length: .zero, histogram: Self.histogram(1_234_500)))
        #expect(line.split(separator: ",")[2] == text, "\(line)")
    }

    @Test(arguments: [
        (Int64(0), "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"),
        (951_868_799, "2000-02-29T23:59:59Z"),
        (951_868_800, "2000-03-01T00:00:00Z"), (1_764_461_940, "2025-11-30T00:19:00Z"),
        (4_107_542_399, "2100-02-28T23:59:59Z"),
        (4_107_542_400, "2100-03-01T00:00:00Z"), (-5, "1970-01-01T00:00:00Z"),
    ])
    func `a start is told to people as a date`(_ seconds: Int64, _ text: String) {
        #expect(UTCTime(sinceEpoch: .seconds(seconds)).description == text)
    }

    @Test(arguments: ["\n", "\r\n"])
    func `what is written reads back as it was`(_ end: String) throws {
        let log = HistogramLog(start: .milliseconds(1_441_812_279_474), unit: .microseconds)
        let intervals = [
            HistogramInterval(
                tag: HistogramTag("A"), start: .milliseconds(127), length: .milliseconds(1_007),
                histogram: try Self.histogram(5)),
            HistogramInterval(
                start: .milliseconds(1_134), length: .seconds(1), histogram: try Self.histogram(6, 7_000)),
            HistogramInterval(
                tag: HistogramTag("Ä"), start: .milliseconds(2_134), length: .zero, histogram: try Self.histogram()),
        ]
        var text = log.head
        for interval in intervals { text += try log.line(interval) }
        text = text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: end)
        #expect(try Self.intervals(text) == intervals)
        var reader = HistogramLogReader(text)
        _ = try reader.next()
        #expect(reader.start == log.start)
    }

    @Test(arguments: [
        ("#[StartTime: 1000000000.5 (seconds since epoch), x]\n2.5,", 2_500),
        ("#[StartTime: 1000000000.5]\n1000000003.0,", 2_500),
        ("#[StartTime: 1000000000.5]\n#[BaseTime: 1000000001 (seconds since epoch)]\n2.5,", 3_000),
        ("1000000003.0,", 0), ("7,", 0),
        ("#[BaseTime: 5]\n#other\n\n\"legend\"\n7.1239,", 5_000),
    ])
    func `times count from the base, the start or 1970`(_ text: String, _ milliseconds: Int64) throws {
        let encoded = try Self.histogram(1).encoded()
        let intervals = try Self.intervals("\(text)1.0,1.0,\(encoded)")
        #expect(intervals.map(\.start) == [.milliseconds(milliseconds)])
        #expect(intervals.map(\.length) == [.seconds(1)])
    }

    @Test(
        arguments: [
            ("1,2,3", .fields(3)), ("1", .fields(1)), (",,", .fields(3)), ("Tag=A", .fields(0)),
            ("1,2,3,4,5", .fields(5)),
            ("Tag=,1,2,3,4", .tag("Tag=")), ("Tag=a b,1,2,3,4", .tag("Tag=a b")), ("-1,2,3,4", .number("-1")),
            ("1e3,2,3,4", .number("1e3")), (",2,3,4", .number("")), ("1,1234567890123,3,4", .number("1234567890123")),
            ("1,1.2.3,3,4", .number("1.2.3")), ("1,٣,3,4", .number("٣")), ("#[StartTime: soon]", .number("soon")),
            ("1,2,3,HIST", .histogram(.malformed("it ends at byte 3, within a number"))),
        ] as [(String, HistogramLogError.Problem)])
    func `a line that is none is told by its number, and the next one is read`(
        _ text: String, _ problem: HistogramLogError.Problem
    ) throws {
        var reader = HistogramLogReader("#x\n\(text)\n1,2,3,\(try Self.histogram(1).encoded())\n")
        #expect(throws: HistogramLogError(line: 2, problem: problem)) { try reader.next() }
        #expect(try reader.next()?.histogram.count == 1)
        #expect(try reader.next() == nil)
    }

    @Test(arguments: ["", "a,b", "a b", "a\nb", "a\r\nb", "a\u{2028}b"])
    func `a tag fits in a field of a line`(_ text: String) {
        #expect(HistogramTag(text) == nil)
        #expect(HistogramTag("login-ws")?.text == "login-ws")
    }
}
