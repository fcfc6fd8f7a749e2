package import Foundation
package import Verdicts

/// The report as JUnit XML: one suite, a test a case, the area as class name.
package struct JUnitReport: Sendable {
    private let report: RunReport

    /// The JUnit form of this report.
    package init(_ report: RunReport) { self.report = report }

    /// The text, UTF-8.
    package func data() -> Data {
        let failures = report.count(.fail)
        let errors = report.count(.inconclusive) + (report.problem == nil ? 0 : 1)
        let tests = report.cases.count + (report.problem == nil ? 0 : 1)
        let skipped = report.count(.unsupported) + report.count(.unobservable)
        let counts =
            "tests=\"\(tests)\" failures=\"\(failures)\" errors=\"\(errors)\" skipped=\"\(skipped)\" "
            + "time=\"\(report.durationSeconds.rounded(toPlaces: 3))\""
        let name = escape("stickler \(report.target.name) \(report.target.config)")
        var xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites \(counts)>\n"
        xml += "  <testsuite name=\"\(name)\" timestamp=\"\(report.startedAt.formatted(.iso8601))\" \(counts)>\n"
        for result in report.cases { xml += testCase(result) }
        if let problem = report.problem { xml += run(problem) }
        xml += "  </testsuite>\n</testsuites>\n"
        return Data(xml.utf8)
    }

    /// What ended the run, as a test of its own: a suite without one counts as passed.
    private func run(_ problem: RunReport.Problem) -> String {
        "    <testcase classname=\"stickler\" name=\"run\" time=\"0.0\">\n"
            + "      <error message=\"\(escape(problem.message))\">exit code \(problem.exitCode)</error>\n    </testcase>\n"
    }

    private func testCase(_ result: CaseResult) -> String {
        let head =
            "    <testcase classname=\"\(escape(result.description.area))\" name=\"\(escape(result.description.slug))\" "
            + "time=\"\(result.durationSeconds.rounded(toPlaces: 3))\""
        let reason = escape(result.reason)
        switch result.verdict {
        case .pass: return head + "/>\n"
        case .fail:
            let text = escape(FindingText.lines(of: result).joined(separator: "\n"))
            return head + ">\n      <failure message=\"\(reason)\">\(text)</failure>\n    </testcase>\n"
        case .inconclusive:
            let text = escape(FindingText.lines(of: result).joined(separator: "\n"))
            return head + ">\n      <error message=\"\(reason)\">\(text)</error>\n    </testcase>\n"
        case .unsupported, .unobservable:
            return head + ">\n      <skipped message=\"\(reason)\"/>\n    </testcase>\n"
        case .warning, .info:
            let text = escape("\(result.verdict.rawValue): " + FindingText.lines(of: result).joined(separator: "\n"))
            return head + ">\n      <system-out>\(text)</system-out>\n    </testcase>\n"
        }
    }

    private func escape(_ text: String) -> String { XMLText.escaped(text) }
}
