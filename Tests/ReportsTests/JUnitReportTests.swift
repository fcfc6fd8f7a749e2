import Foundation
import Testing
import Verdicts

@testable import Reports

@Suite("The JUnit report is XML that CI servers read")
struct JUnitReportTests {
    static func root(_ report: RunReport) throws -> StrictXML.Element {
        try StrictXML.parse(String(decoding: JUnitReport(report).data(), as: UTF8.self))
    }

    @Test("One suite counts its tests, failures, errors and skipped ones")
    func suite() throws {
        let root = try Self.root(SampleReport.report())
        #expect(root.name == "testsuites")
        let suite = try #require(root.children.first)
        #expect(root.children.count == 1)
        #expect(suite.name == "testsuite")
        let counts = ["tests": "7", "failures": "1", "errors": "1", "skipped": "2", "time": "12.346"]
        #expect(root.attributes == counts)
        #expect(
            suite.attributes
                == counts.merging(
                    ["name": "stickler nginx default", "timestamp": "2023-11-14T22:13:20Z"], uniquingKeysWith: { $1 }))
    }

    @Test("A run that came to nothing is a suite with one error, which says why")
    func problem() throws {
        var report = SampleReport.report([])
        report.problem = RunReport.Problem(exitCode: 3, message: "nothing <answers>")
        let suite = try #require(try Self.root(report).children.first)
        #expect(suite.attributes["tests"] == "1")
        #expect(suite.attributes["errors"] == "1")
        #expect(suite.children.map(\.name) == ["testcase"])
        #expect(suite.children.first?.children.map(\.name) == ["error"])
        #expect(suite.children.first?.children.first?.attributes["message"] == "nothing <answers>")
    }

    @Test("A case is a test: its area the class, its slug the name, without dots")
    func names() throws {
        let tests = try #require(try Self.root(SampleReport.report()).children.first).children
        #expect(tests.allSatisfy { $0.name == "testcase" })
        #expect(tests.map { $0.attributes["classname"] }.prefix(2) == ["upgrade", "stickiness"])
        #expect(tests.map { $0.attributes["name"] }.prefix(2) == ["passes", "fails"])
        #expect(tests.map { $0.attributes["time"] }.prefix(3) == ["1.235", "0.5", "0.0"])
    }

    @Test(
        "A verdict is the element that CI servers know",
        arguments: zip(
            Verdict.allCases,
            [
                nil, ("failure", "it moved"), ("system-out", nil), ("system-out", nil), ("skipped", "not claimed"),
                ("skipped", "unseen"), ("error", "nothing was observed"),
            ] as [(String, String?)?]))
    func mapping(_ verdict: Verdict, _ expected: (name: String, message: String?)?) throws {
        let result = try #require(SampleReport.cases.first { $0.verdict == verdict })
        let test = try #require(try Self.root(SampleReport.report([result])).children.first?.children.first)
        #expect(test.children.map(\.name) == (expected.map { [$0.name] } ?? []))
        #expect(test.children.first?.attributes["message"] == expected?.message)
    }

    @Test("A failure bears its findings with their evidence, and the remedy")
    func failure() throws {
        let test = try #require(
            try Self.root(SampleReport.report([SampleReport.cases[1]])).children.first?.children.first)
        #expect(
            test.children.first?.text == """
                session-moved: it moved
                    +0.001 s first
                    +0.002 s second
                remedy: polling-stickiness: cookie SRV insert
                """)
    }

    @Test("An inconclusive case shows what it found all the same")
    func inconclusive() throws {
        let result = CaseResult(
            description: SampleReport.description("a/b"), verdict: .inconclusive, reason: "interrupted",
            findings: [SampleReport.violation])
        let test = try #require(try Self.root(SampleReport.report([result])).children.first?.children.first)
        #expect(test.children.first?.attributes == ["message": "interrupted"])
        #expect(test.children.first?.text.hasPrefix("session-moved: it moved\n") == true)
    }

    @Test("Hostile text neither breaks the XML nor is lost")
    func hostile() throws {
        let root = try Self.root(SampleReport.hostileReport)
        let tests = try #require(root.children.first).children
        #expect(tests.count == 4)
        // XML 1.0 can't express these at all.
        let expected = SampleReport.hostile.unicodeScalars.map {
            ["\u{0}", "\u{1b}", "\u{fffe}"].contains($0) ? "\u{fffd}" : String($0)
        }.joined()
        #expect(tests.first?.children.first?.attributes["message"] == expected)
        #expect(tests.first?.children.first?.text.contains(expected) == true)
    }
}
