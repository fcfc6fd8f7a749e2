import Foundation
import StressResults
import Testing

@testable import Reports

@Suite struct StressJUnitTests {
    static func suite(_ report: StressReport) throws -> StrictXML.Element {
        let root = try StrictXML.parse(String(decoding: StressJUnit(report).data(), as: UTF8.self))
        #expect(root.name == "testsuites")
        return try #require(root.children.first)
    }

    static func tests(_ report: StressReport) throws -> [[String]] {
        try suite(report).children.map { test in
            [test.attributes["classname"] ?? "", test.attributes["name"] ?? ""] + test.children.map(\.name)
        }
    }

    @Test func `thresholds and kinds of violations are tests`() throws {
        let suite = try Self.suite(try SampleStress.report())
        #expect(
            suite.attributes == [
                "name": "stickler stress nginx default", "timestamp": "2026-11-30T01:02:03Z", "tests": "4",
                "failures": "3", "errors": "0", "skipped": "0", "time": "2.5",
            ])
        #expect(
            try Self.tests(try SampleStress.report()) == [
                ["threshold", "p99 < 1s"], ["threshold", "rate > 1000", "failure"],
                ["violation", "message-lost", "failure"], ["violation", "session-moved", "failure"],
            ])
        #expect(suite.children[1].children.first?.attributes["message"] == "missed: 400/s")
        #expect(
            suite.children[3].children.first?.text.hasSuffix(
                "remedy: hash $cookie consistent;\nadd_header Set-Cookie $affinity;") == true)
        let lost = try #require(suite.children[2].children.first)
        #expect(lost.attributes["message"]?.hasPrefix("message-lost × 12, in 11 of 110 sessions") == true)
        #expect(lost.text.hasPrefix("client 100 at 1.5 s: message 7 of session 100.1 never came\n    1.1 s  sent"))
    }

    @Test func `without a violation the sessions are a test that passed, unless nothing was seen`() throws {
        func tests(_ change: (inout StressReport) -> Void) throws -> [[String]] {
            try Self.tests(
                try SampleStress.report {
                    $0.thresholds = []
                    $0.result.counts.violations = [:]
                    change(&$0)
                })
        }
        #expect(try tests { _ in } == [["stress", "sessions"]])
        #expect(try tests { $0.result.counts.answered = 0 } == [["stress", "sessions", "error"]])
        #expect(
            try tests { $0.problem = StressReport.Problem(exitCode: 130, message: "interrupted") } == [
                ["stickler", "run", "error"], ["stress", "sessions"],
            ])
    }

    @Test func `hostile text neither breaks the XML nor is lost`() throws {
        let suite = try Self.suite(
            try SampleStress.report {
                $0.result.counts.violations = [SampleStress.hostile: 1]
                $0.result.samples[0].code = SampleStress.hostile
                $0.result.samples[0].message = SampleStress.hostile
                $0.result.target.name = SampleStress.hostile
                $0.result.startedAt = SampleStress.hostile
            })
        let shown = SampleStress.hostile.replacingOccurrences(of: "\u{1b}", with: "\u{fffd}")
        #expect(suite.children.last?.attributes["name"] == shown)
        #expect(suite.children.last?.children.first?.text.contains(shown) == true)
    }
}
