import Foundation
import StressResults
import Testing

@testable import Reports

@Suite struct StressPageTests {
    static func html(_ report: StressReport) -> String { String(decoding: StressPage(report).data(), as: UTF8.self) }

    @Test func `a page tells all that the summary tells, and asks for no other file`() throws {
        let html = Self.html(try SampleStress.report())
        for words in [
            "nginx 1.22.1 default", "p99 &lt; 1s", "990 ms", "missed", "message-lost × 12", "1.1 s  sent message 1",
            "Response time over time", "Sessions per node over time", "Response time by percentile",
            "<title>kill n2 @1s for 1s (n2)</title>",
            "110 opened", "<pre>hash $cookie consistent;\nadd_header", "all clients come from one address", ">n1<",
            ">n2<",
        ] { #expect(html.contains(words), "\(words)") }
        for words in ["http:", "https:", "src=", "href=", "@import", "url(", "<script"] {
            #expect(!html.contains(words), "\(words)")
        }
    }

    @Test func `hostile text stays text`() throws {
        let html = Self.html(
            try SampleStress.report {
                $0.result.target.name = SampleStress.hostile
                $0.result.scenario = SampleStress.hostile
                $0.result.notes = [SampleStress.hostile]
                $0.result.faults[0].plan = SampleStress.hostile
                $0.result.samples[0].message = SampleStress.hostile
                $0.result.samples[0].evidence = [SampleStress.hostile]
                $0.result.counts.violations[SampleStress.hostile] = 1
                $0.result.counts.openedAt[SampleStress.hostile] = 1
                $0.result.timeline[0].clients.openAt[SampleStress.hostile] = 1
                $0.problem = StressReport.Problem(exitCode: 130, message: SampleStress.hostile)
            })
        #expect(!html.contains("<b>"))
        #expect(!html.contains("</script>"))
        #expect(!html.contains("\u{1b}"))
        #expect(html.contains("&lt;/script&gt;&lt;b&gt;"))
    }

    @Test func `a run that came to nothing has a page that says why`() throws {
        var report = try StressJSONTests.empty()
        report.problem = StressReport.Problem(exitCode: 3, message: "nothing answers")
        let html = Self.html(report)
        #expect(html.contains("nothing answers"))
        #expect(!html.contains("<svg"))
    }

    @Test func `a long run of many nodes has a page as small as that of a short one`() throws {
        let report = try SampleStress.report { report in
            var second = report.result.timeline[0]
            for node in 0..<100 { second.clients.openAt["node-\(node)"] = node }
            report.result.timeline = (1...20_000).map { at in
                second.at = Double(at)
                return second
            }
        }
        let html = Self.html(report)
        #expect(html.utf8.count < 300_000)
        #expect(html.contains("the longest of each 34 s"))
        #expect(html.contains("95 others"))
    }

    @Test(arguments: [0.0, .leastNonzeroMagnitude, 0.0004, 1, 7, 12_345, 9e13])
    func `an axis begins at or below all values and ends above them`(value: Double) {
        let axis = ChartAxis.linear(upTo: value) { "\($0)" }
        #expect((2...12).contains(axis.marks.count))
        #expect(axis.place(value) <= 1 && axis.place(0) == 0)
        let logarithmic = ChartAxis.logarithmic([value, value * 30]) { "\($0)" }
        #expect((2...20).contains(logarithmic.marks.count))
        #expect((0...1).contains(logarithmic.place(value)))
        let time = ChartAxis.time(seconds: value)
        #expect((2...12).contains(time.marks.count))
        #expect(time.place(value) <= 1)
    }
}
